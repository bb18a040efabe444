// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "node",
    description =
        "GPU hosts: ls, show, drain, undrain, quarantine, freeze, thaw, release-lost,"
            + " forget-agent.")
final class NodeCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean isHelpAsked;

  @Command(name = "ls", description = "List the nodes and what is free on them.")
  static final class Ls implements Callable<Integer> {
    private final Session session;
    @Mixin final ClientOptions options = new ClientOptions();

    @Option(
        names = "--supplier",
        paramLabel = "SUPPLIER",
        description = "Only this supplier's nodes.")
    @Nullable String supplier;

    Ls(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      String only = supplier == null ? "" : "?supplier=" + Request.encode(supplier);
      JsonObject nodes = options.client(session).json(Request.get("/v1/nodes" + only));
      if (options.isJson()) {
        options.print(session, nodes);
        return ExitCodes.OK;
      }
      Table table =
          new Table(
              "NODE",
              "SUPPLIER",
              "SITE",
              "MODEL",
              "GPUS",
              "FREE",
              "FAULTY",
              "CPUS-FREE",
              "MIB-FREE",
              "LEASES",
              "STATE");
      for (JsonObject node : nodes.objects("nodes")) {
        table.row(
            node.cell("id"),
            node.cell("supplier"),
            node.cell("site"),
            node.cell("model"),
            node.cell("gpus"),
            node.cell("gpusFree"),
            node.cell("gpusFaulty"),
            cores(node, "cpuMilliFree"),
            node.cell("memoryMibFree"),
            node.cell("leases"),
            node.cell("state"));
      }
      options.print(session, table);
      return ExitCodes.OK;
    }
  }

  @Command(name = "show", description = "Show one node, its devices and its leases.")
  static final class Show implements Callable<Integer> {
    private final Session session;
    @Mixin final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "NODE", description = "The node's id.")
    String id = "";

    Show(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      JsonObject node =
          options.client(session).json(Request.get("/v1/nodes/" + Request.encode(id)));
      if (options.isJson()) {
        options.print(session, node);
      } else {
        print(node);
      }
      return ExitCodes.OK;
    }

    private void print(JsonObject node) {
      Table facts = new Table("", "");
      facts.row("node:", node.cell("id"));
      facts.row("state:", node.cell("state"));
      facts.row("supplier:", node.cell("supplier"));
      facts.row("site:", node.cell("site"));
      facts.row("gpus:", node.cell("gpus") + " x " + node.cell("model"));
      facts.row("gpus free:", node.cell("gpusFree") + " (milli: " + node.joined("milliFree") + ")");
      facts.row("cpus free:", cores(node, "cpuMilliFree") + " of " + cores(node, "cpuMilli"));
      facts.row(
          "memory free:", node.cell("memoryMibFree") + " of " + node.cell("memoryMib") + " MiB");
      String islands = islands(node.objects("devices"));
      if (!islands.isEmpty()) {
        facts.row("nvlink:", islands);
      }
      facts.row("owner epoch:", node.cell("ownerEpoch"));
      printHost(node.object("host"), facts);
      JsonObject drain = node.object("drain");
      if (drain != null) {
        facts.row(
            "drain:",
            "from %s, deadline %s, until %s %s"
                .formatted(
                    drain.cell("from"),
                    drain.cell("deadline"),
                    drain.cell("until"),
                    drain.cell("reason")));
      }
      facts.print(session.out(), false);
      printFaulty(node.objects("devices"));
      printLeases(node.objects("leaseList"));
    }

    /** Which devices are joined: {@code 0 1 | 2 3}; empty if nobody knows. */
    private static String islands(List<JsonObject> devices) {
      Map<String, List<String>> islands = new TreeMap<>();
      for (JsonObject device : devices) {
        islands
            .computeIfAbsent(device.cell("island"), island -> new ArrayList<>())
            .add(device.cell("index"));
      }
      return islands.containsKey("-")
          ? ""
          : islands.values().stream()
              .map(island -> String.join(" ", island))
              .collect(Collectors.joining(" | "));
    }

    private static void printHost(@Nullable JsonObject host, Table facts) {
      if (host == null) {
        return;
      }
      facts.row(
          "host:",
          "cpus %s %% busy, memory %s MiB used, disk %s MiB free, network %s B/s in, %s B/s out"
              .formatted(
                  host.cell("cpuBusyPercent"),
                  host.cell("memoryUsedMib"),
                  host.cell("diskFreeMib"),
                  host.cell("receivedBytesPerSecond"),
                  host.cell("sentBytesPerSecond")));
      facts.row("measured at:", host.cell("measuredAt"));
      for (JsonObject way : host.objects("roundTrips")) {
        boolean reached = !way.cell("microseconds").equals("-");
        facts.row(
            "round trip:",
            way.cell("to") + (reached ? " " + way.cell("microseconds") + " us" : " not reached"));
      }
    }

    private void printFaulty(List<JsonObject> devices) {
      Table table =
          new Table("DEVICE", "UUID", "HEALTH", "SIGN", "FAILURES", "SINCE", "BACK", "DETAIL");
      for (JsonObject device : devices) {
        if (!device.cell("health").equals("OK")) {
          table.row(
              device.cell("index"),
              device.cell("uuid"),
              device.cell("health"),
              device.cell("code"),
              device.cell("failures"),
              device.cell("since"),
              device.cell("stays").equals("true") ? "by an operator" : "after a canary",
              device.cell("detail"));
        }
      }
      if (!table.isEmpty()) {
        session.out().println();
        options.print(session, table);
      }
    }

    private void printLeases(List<JsonObject> leases) {
      Table table = new Table("LEASE", "TENANT", "JOB", "TASK", "DEVICES", "MILLI", "STATE");
      for (JsonObject lease : leases) {
        for (JsonObject task : lease.objects("tasks")) {
          table.row(
              lease.cell("token"),
              lease.cell("tenant"),
              lease.cell("job"),
              task.cell("rank"),
              task.joined("devices"),
              task.cell("milli"),
              lease.cell("state"));
        }
      }
      if (!table.isEmpty()) {
        session.out().println();
        options.print(session, table);
      }
    }
  }

  private static String cores(JsonObject node, String field) {
    Integer milli = node.number(field);
    if (milli == null) {
      return "-";
    }
    return milli % 1000 == 0 ? Integer.toString(milli / 1000) : Double.toString(milli / 1000.0);
  }
}
