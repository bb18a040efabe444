// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code mosu agent} is told. */
@Command(
    name = "mosu agent",
    sortOptions = false,
    description = {
      "Runs tasks on this host for the scheduler nodes whose doors are given.",
      "",
      "A stopped agent leaves its tasks running; they end when their lease runs out, unless an"
          + " agent with the same --state is back before."
    })
final class AgentOptions {

  private static final String DOOR_PATH = "/agents";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  @Option(
      names = "--door",
      split = ",",
      paramLabel = "URL",
      description =
          "Scheduler nodes, http://host:port, by commas; tried in turn. Default: MOSU_DOOR, or"
              + " http://127.0.0.1:8470.")
  List<String> doors = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "The node's id. Default: host name.")
  @Nullable String name;

  @Option(
      names = "--supplier",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Whose hardware it is (${DEFAULT-VALUE}).")
  String supplier = "";

  @Option(
      names = "--site",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Where it is (${DEFAULT-VALUE}).")
  String site = "";

  @Option(
      names = "--reach",
      split = ",",
      paramLabel = "NAME=HOST:PORT",
      description =
          "Sites whose round trips are measured, besides the doors', by TCP handshakes every 30 s.")
  List<String> reach = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "HOST",
      description =
          "Where other tasks of a gang reach this host. Default: 127.0.0.1 if the door is there,"
              + " else the host name.")
  @Nullable String address;

  @Option(
      names = "--simulate",
      paramLabel = "COUNTxMODEL[:MIB]",
      description = "Simulated devices, such as 8xH100, instead of those of nvidia-smi.")
  @Nullable String simulate;

  @Option(
      names = "--nvidia-smi",
      paramLabel = "PATH",
      description = "The vendor's tool, where it is not on the path.")
  @Nullable Path nvidiaSmi;

  @Option(
      names = "--survey-seconds",
      paramLabel = "S",
      defaultValue = "30",
      description =
          "How often nvidia-smi is asked for ECC errors and lost cards (${DEFAULT-VALUE}).")
  int surveySeconds;

  @Option(
      names = "--kernel-log",
      paramLabel = "FILE",
      description = "Where the driver's Xid errors are read as they happen. Default: /dev/kmsg.")
  Path kernelLog = KernelLogReader.KERNEL;

  @Option(
      names = "--certificates",
      paramLabel = "DIR",
      description =
          "For doors at https: tls.key, tls.crt and ca.crt, as mosu ca agent makes them; read again"
              + " at each connection. Default: MOSU_AGENT_CERTIFICATES.")
  @Nullable Path certificates;

  @Option(
      names = "--join",
      paramLabel = "TOKEN",
      description =
          "Gets the first certificate into the folder of --certificates by a token of mosu ca token;"
              + " without effect once there is a valid one. Default: MOSU_JOIN_TOKEN.")
  @Nullable String join;

  @Option(
      names = "--canary",
      paramLabel = "COMMAND",
      defaultValue = "",
      description =
          "What a card that showed an error has to pass before it is leased again, such as 'dcgmi"
              + " diag -r 1'; it sees that card alone. Words are split at blanks. Default: what"
              + " nvidia-smi says.")
  String canary = "";

  @Option(names = "--cpus", paramLabel = "N", description = "Cores to offer. Default: the host's.")
  @Nullable Double cpus;

  @Option(
      names = "--memory-mib",
      paramLabel = "MIB",
      description = "Memory to offer. Default: the host's.")
  @Nullable Integer memoryMib;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Stand for N simulated nodes, NAME-0001 and so on, which hold leases without processes.")
  int nodes = 1;

  @Option(names = "--processes", description = "With --nodes: run processes all the same.")
  boolean processes;

  @Option(
      names = "--task-seconds",
      paramLabel = "S",
      description =
          "Without processes: tasks end by themselves, with exit code 0, after S seconds.")
  @Nullable Double taskSeconds;

  @Option(
      names = "--inventory",
      paramLabel = "FILE.csv[.gz]",
      description =
          "Stand for the nodes of a table with the columns sn, cpu_milli, memory_mib, gpu and"
              + " model, without processes.")
  @Nullable Path inventory;

  @Option(
      names = "--run-as",
      split = ",",
      paramLabel = "[TENANT=]USER",
      description =
          "Users of this host that tasks run as, by tenant or for all others; needs root. Default:"
              + " the agent's own.")
  List<String> runAs = new ArrayList<>();

  @Option(
      names = "--log-mib",
      paramLabel = "MIB",
      defaultValue = "100",
      description =
          "What the newest part of a task's log may take on disk; the older part is dropped"
              + " (${DEFAULT-VALUE}; 0 for no limit).")
  int logMib = 100;

  @Option(
      names = "--workdir-mib",
      paramLabel = "MIB",
      defaultValue = "2048",
      description =
          "What kept archives of working directories may take on disk (${DEFAULT-VALUE}).")
  int workdirMib = 2_048;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Its journal and the tasks' files. Default: .mosu/agent/NAME.")
  @Nullable Path state;

  @Option(
      names = "--fresh",
      description = "Forget the journal, as after a new database of the cluster.")
  boolean fresh;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  /** The doors as WebSocket addresses. */
  List<String> doorUrls() {
    List<String> given = doors;
    if (given.isEmpty()) {
      String environment = System.getenv().getOrDefault("MOSU_DOOR", "http://127.0.0.1:8470");
      given = List.of(environment.split(",", -1));
    }
    return given.stream().map(AgentOptions::doorUrl).toList();
  }

  /** Where the agent's certificate is, if it has any. */
  Optional<Path> certificateFolder() {
    return Optional.ofNullable(certificates)
        .or(
            () ->
                Optional.ofNullable(System.getenv("MOSU_AGENT_CERTIFICATES"))
                    .filter(folder -> !folder.isBlank())
                    .map(Path::of));
  }

  /** The token by which the agent joins, if it has any. */
  Optional<String> joinToken() {
    return Optional.ofNullable(join)
        .or(() -> Optional.ofNullable(System.getenv("MOSU_JOIN_TOKEN")))
        .filter(token -> !token.isBlank());
  }

  String nodeName() {
    String chosen = name == null ? hostName().replaceAll("[^A-Za-z0-9._-]", "-") : name;
    if (!chosen.matches(NAME)) {
      throw new IllegalArgumentException(
          "--name takes letters, digits, dots, dashes and underscores, not '" + chosen + "'");
    }
    return chosen;
  }

  String reachableAddress() {
    if (address != null) {
      return address;
    }
    String host = URI.create(doorUrls().get(0)).getHost();
    return host.equals("127.0.0.1") || host.equals("localhost") ? "127.0.0.1" : hostName();
  }

  Path stateDirectory() {
    return state == null ? Path.of(".mosu", "agent", nodeName()) : state;
  }

  private static String doorUrl(String text) {
    URI door;
    try {
      door = URI.create(text.strip());
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException("--door takes http://host:port, not '" + text + "'");
    }
    boolean plain = "http".equals(door.getScheme());
    if ((!plain && !"https".equals(door.getScheme())) || door.getHost() == null) {
      throw new IllegalArgumentException("--door takes http://host:port, not '" + text + "'");
    }
    String path =
        door.getPath().isEmpty() || door.getPath().equals("/") ? DOOR_PATH : door.getPath();
    return (plain ? "ws://" : "wss://") + door.getRawAuthority() + path;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }
}
