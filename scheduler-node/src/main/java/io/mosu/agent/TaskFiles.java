// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The agent's state directory: {@code tasks/NODE/TOKEN-JOB-TASK} for each task that may have
 * processes, moved to {@code ended/} once it has none; {@code leases/NODE} says until when.
 */
final class TaskFiles {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** What an archive may unpack into. */
  private static final long UNPACKED_MAX = 8L << 30;

  private final Path state;
  private final Optional<Cgroups> cgroups;
  private final RunAs runAs;
  private final String bootId;
  private final TaskDeeds deeds;
  private final HostClock clock = new HostClock();

  private TaskFiles(Path state, Optional<Cgroups> cgroups, RunAs runAs, String bootId) {
    this.state = state;
    this.cgroups = cgroups;
    this.runAs = runAs;
    this.bootId = bootId;
    this.deeds = new TaskDeeds(new LedgerFile(state.resolve("ledger.jsonl"), bootId));
  }

  /** What the node's devices are called. */
  void describe(NodeId node, Inventory inventory) {
    deeds.describe(node, inventory);
  }

  /** The node's devices in the order of their indices; none before they were described. */
  List<Device> devices(NodeId node) {
    return deeds.devices(node);
  }

  void record(NodeId node, Deed deed) throws IOException {
    long token = deed.task().token();
    Optional<Path> dir = live(node, token);
    boolean untold = tell(dir) || tell(ended(node, token)); // it may just have moved
    Optional<Path> last = dir.isPresent() ? dir : ended(node, token);
    if (untold && last.isPresent() && deed.kind() != Deed.Kind.START) {
      deeds.started(node, deed, last.get(), bootId);
    }
    boolean end = deed.kind() == Deed.Kind.STOP || deed.kind() == Deed.Kind.FENCE;
    if (end && last.isPresent() && Files.exists(last.get().resolve("ledgered"))) {
      return; // the guard has said so
    }
    deeds.append(node, deed, dir.map(this::pids).orElse(0));
  }

  private static boolean tell(Optional<Path> dir) throws IOException {
    return dir.isPresent() && Files.deleteIfExists(dir.get().resolve(TaskDeeds.UNTOLD));
  }

  private int pids(Path dir) {
    try {
      return TaskDeeds.pids(dir) + (runnerLives(dir) ? 1 : 0);
    } catch (IOException ended) { // its directory has just moved away
      return 0;
    }
  }

  /** Lays out {@code state}; tasks run as the agent's user. */
  static TaskFiles in(Path state, Optional<Cgroups> cgroups) throws IOException {
    return in(state, cgroups, RunAs.agent());
  }

  /** Lays out {@code state}; {@code cgroups} are those that tasks get, if they can. */
  static TaskFiles in(Path state, Optional<Cgroups> cgroups, RunAs runAs) throws IOException {
    for (String part : List.of("tasks", "ended", "leases", "workdirs")) {
      Files.createDirectories(state.resolve(part));
    }
    Path absolute = state.toAbsolutePath().normalize();
    install("task.sh", absolute);
    install("guard.sh", absolute);
    return new TaskFiles(absolute, cgroups, runAs, readBootId());
  }

  private static void install(String name, Path state) throws IOException {
    try (InputStream script = TaskFiles.class.getResourceAsStream(name)) {
      if (script == null) {
        throw new IOException(name + " is missing in this build");
      }
      Path fresh = state.resolve(name + ".new");
      Files.copy(script, fresh, StandardCopyOption.REPLACE_EXISTING);
      Files.move(fresh, state.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** The words that run {@code task.sh}, in a session of its own where it must outlive this JVM. */
  List<String> script(boolean ownSession, String... words) {
    Stream<String> head =
        ownSession
            ? Stream.of("setsid", "/bin/sh", state.resolve("task.sh").toString())
            : Stream.of("/bin/sh", state.resolve("task.sh").toString());
    return Stream.concat(head, Stream.of(words)).toList();
  }

  List<String> guard() {
    return List.of(
        "setsid",
        "/bin/sh",
        state.resolve("guard.sh").toString(),
        state.toString(),
        Long.toString(ProcessHandle.current().pid()),
        cgroups.map(all -> all.guard().toString()).orElse(""));
  }

  /** A fresh directory for the task, with its cgroup. */
  Path prepare(HostOrder.StartTask start) throws IOException {
    String name =
        "%d-%s-%d"
            .formatted(
                start.token(),
                start.job().toString().replaceAll("[^A-Za-z0-9_-]", "_"),
                start.task());
    Path dir = of("tasks", start.node()).resolve(name);
    Path work = dir.resolve("work");
    Files.createDirectories(work);
    TenantId tenant = start.job().tenant();
    Optional<RunAs.User> user = runAs.user(tenant);
    if (user.isPresent()) {
      own(work, user.get());
    }
    List<String> as = start.spec().image().isEmpty() ? runAs.words(tenant) : List.of();
    Files.writeString(dir.resolve("as"), String.join(" ", as) + "\n");
    Ending ending = start.spec().ending();
    Files.writeString(
        dir.resolve("ending"),
        "%s %d %d %d %s%n"
            .formatted(
                ending.stopSignal(),
                ending.stopGraceMs(),
                ending.timeLimitMs(),
                ending.warnBeforeMs(),
                ending.warnSignal().isEmpty() ? "-" : ending.warnSignal()));
    if (cgroups.isPresent()) {
      List<Path> groups = cgroups.get().create(start.node() + "-" + start.token(), start.grant());
      Files.write(dir.resolve("cgroup"), groups.stream().map(Path::toString).toList());
    }
    Files.write(dir.resolve("ports"), start.spec().ports().stream().map(String::valueOf).toList());
    if (!start.spec().image().isEmpty()) {
      Files.createFile(dir.resolve("contained"));
    }
    if (start.spec().terminal()) {
      Files.createFile(dir.resolve("terminal"));
    }
    Files.writeString(dir.resolve(TaskDeeds.UNTOLD), "");
    Files.writeString(dir.resolve("ledger"), deeds.fields(start) + "\n");
    if (start.spec().keep()) {
      Files.createFile(dir.resolve("keep"));
    }
    return dir;
  }

  /**
   * Fills the task's directory; refused where its time has run out meanwhile.
   *
   * @throws Unpacking.Unsafe if the archive is not what a client packs
   */
  void unpack(Path archive, HostOrder.StartTask start, Path dir) throws IOException {
    Unpacking.unpack(archive, dir.resolve("work"), runAs.user(start.job().tenant()), UNPACKED_MAX);
    if (clock.tickMs() >= leasedUntilTickMs(start.node())) {
      throw new IOException("its lease ran out while its working directory was on the way");
    }
  }

  /** The words of a task that runs in a container, whose environment is left in its directory. */
  List<String> container(
      HostOrder.StartTask start, Path dir, Map<String, String> environment, Optional<Podman> engine)
      throws IOException {
    if (engine.isEmpty() || cgroups.isEmpty()) {
      throw new IOException("this host has no container engine");
    }
    Path env = dir.resolve("env");
    Files.createFile(env, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.write(env, Podman.environmentLines(start, environment));
    return engine.get().words(start, dir, runAs.user(start.job().tenant()));
  }

  /** Where archives are kept for the next task. */
  Path workdirs() {
    return state.resolve("workdirs");
  }

  /** The user's name in the task's environment. */
  Optional<String> userOf(TenantId tenant) {
    return runAs.user(tenant).map(RunAs.User::name);
  }

  /** Nobody else may look in. */
  private static void own(Path dir, RunAs.User user) throws IOException {
    Files.setAttribute(dir, "unix:uid", user.uid());
    Files.setAttribute(dir, "unix:gid", user.gid());
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
  }

  /** Lets the guard trim logs; {@code bytesMax} of each stay on disk, 0 for all. */
  void limitLogs(long bytesMax) throws IOException {
    Files.writeString(state.resolve("log-limit"), bytesMax + "\n");
  }

  /** The TCP ports that the task's job has declared. */
  Set<Integer> ports(Path dir) throws IOException {
    return Files.readAllLines(dir.resolve("ports")).stream()
        .map(Integer::valueOf)
        .collect(Collectors.toSet());
  }

  /** The environment that the task of a living runner was started with. */
  Map<String, String> environment(Path dir) throws IOException {
    ProcessHandle runner = runner(dir).orElseThrow(() -> new IOException("no runner in " + dir));
    byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(runner.pid()), "environ"));
    Map<String, String> variables = new TreeMap<>();
    for (String variable : new String(bytes, StandardCharsets.UTF_8).split("\0", -1)) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        variables.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    return variables;
  }

  /** The runner of a task that has one. */
  Optional<ProcessHandle> runner(Path dir) throws IOException {
    return runnerLives(dir)
        ? ProcessHandle.of(
            Long.parseLong(Files.readString(dir.resolve("pid")).strip().split(" ", -1)[0]))
        : Optional.empty();
  }

  /** A task's terminal. */
  record Terminal(NodeId node, long token, Path dir) {}

  /** The terminals of all tasks that may have processes. */
  List<Terminal> terminals() throws IOException {
    List<Terminal> found = new ArrayList<>();
    try (DirectoryStream<Path> nodes = Files.newDirectoryStream(state.resolve("tasks"))) {
      for (Path node : nodes) {
        try (DirectoryStream<Path> dirs = Files.newDirectoryStream(node)) {
          for (Path dir : dirs) {
            if (Files.exists(dir.resolve("terminal"))) {
              String name = dir.getFileName().toString();
              long token = Long.parseLong(name.substring(0, name.indexOf('-')));
              found.add(new Terminal(new NodeId(node.getFileName().toString()), token, dir));
            }
          }
        }
      }
    }
    return found;
  }

  /** The directory of a task that may have processes. */
  Optional<Path> live(NodeId node, long token) throws IOException {
    return find(of("tasks", node), token);
  }

  /** The directory of a task that has none any more. */
  Optional<Path> ended(NodeId node, long token) throws IOException {
    return find(of("ended", node), token);
  }

  /** The task has no processes any more; where its log is from now on. */
  Path retire(NodeId node, Path dir) throws IOException {
    Path to = of("ended", node).resolve(dir.getFileName());
    Files.createDirectories(to.getParent());
    try {
      Files.move(dir, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(dir, to);
    }
    return to;
  }

  /** All that ended, the oldest first. */
  List<Path> endedByAge() throws IOException {
    try (Stream<Path> dirs = Files.walk(state.resolve("ended"), 2)) {
      return dirs.filter(dir -> dir.getNameCount() == state.getNameCount() + 3)
          .sorted(Comparator.comparing(TaskFiles::age))
          .toList();
    }
  }

  /**
   * Notes until when the node's tasks may run.
   *
   * @param graceMs how much later the guard ends what the agent has not
   */
  void lease(NodeId node, long untilTickMs, long graceMs) throws IOException {
    LeaseFile.write(state.resolve("leases").resolve(node.value()), untilTickMs, bootId, graceMs);
  }

  /** Until when the node's tasks may run by what was kept last; 0 if that means nothing now. */
  long leasedUntilTickMs(NodeId node) throws IOException {
    return LeaseFile.untilTickMs(state.resolve("leases").resolve(node.value()), bootId);
  }

  /** Whether the task's runner, as noted in its directory, is alive. */
  boolean runnerLives(Path dir) throws IOException {
    if (!Files.exists(dir.resolve("pid"))) {
      return false;
    }
    String[] noted = Files.readString(dir.resolve("pid")).strip().split(" ", -1);
    Path stat = Path.of("/proc", noted[0], "stat");
    if (noted.length != 3 || !noted[2].equals(bootId) || !Files.exists(stat)) {
      return false;
    }
    try {
      String line = Files.readString(stat);
      String[] fields = line.substring(line.lastIndexOf(") ") + 2).split(" ", -1);
      return !fields[0].equals("Z") && fields[19].equals(noted[1]);
    } catch (IOException gone) {
      return false;
    }
  }

  private Path of(String part, NodeId node) {
    return state.resolve(part).resolve(node.value());
  }

  private static Optional<Path> find(Path parent, long token) throws IOException {
    if (!Files.isDirectory(parent)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, token + "-*")) {
      for (Path dir : found) {
        return Optional.of(dir);
      }
    }
    return Optional.empty();
  }

  private static long age(Path dir) {
    return dir.toFile().lastModified();
  }

  Path state() {
    return state;
  }

  String bootId() {
    return bootId;
  }

  /** When the guard last looked, in milliseconds since 1970; 0 if it never did. */
  long guardBeatMs() throws IOException {
    Path beat = state.resolve("guard.beat");
    return Files.exists(beat) ? Files.getLastModifiedTime(beat).toMillis() : 0;
  }

  /** Of this boot of the host, by its kernel; MOSU_BOOT_ID_FILE names another source, to try. */
  static String readBootId() throws IOException {
    Path path =
        Path.of(
            System.getenv().getOrDefault("MOSU_BOOT_ID_FILE", "/proc/sys/kernel/random/boot_id"));
    return Files.exists(path) ? Files.readString(path).strip() : "unknown";
  }
}
