// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.KnownTask.Stage;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The agent's own journal: one file, only appended to, rewritten without what is past at a start
 * and whenever it has grown.
 */
final class JournalFile {

  /** By how much it grows at least, in bytes, before it is rewritten. */
  static final long GROWTH_MAX = 4L << 20;

  private final Path path;
  private final Map<NodeId, Long> epochs = new HashMap<>();
  private final Map<NodeId, SortedMap<Long, KnownTask>> tasks = new HashMap<>();
  private long incarnation;
  private FileChannel channel;
  private long goodBytes;
  private long rewriteAtBytes;

  private JournalFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Reads the journal in {@code path}, counts this start, and writes it anew. */
  static JournalFile open(Path path) throws IOException {
    JournalFile journal =
        new JournalFile(
            path, FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    journal.read();
    journal.incarnation++;
    journal.compact();
    return journal;
  }

  long incarnation() {
    return incarnation;
  }

  /** Whether all tasks that are known have ended. */
  boolean idle() {
    return tasks.values().stream()
        .flatMap(known -> known.values().stream())
        .noneMatch(task -> task.stage() == KnownTask.Stage.LAUNCHED);
  }

  /** What the rules of {@code node} start from. */
  HostMemory memory(NodeId node, long leasedUntilTickMs) {
    return new HostMemory(
        incarnation,
        epochs.getOrDefault(node, 0L),
        leasedUntilTickMs,
        List.copyOf(tasks.getOrDefault(node, new TreeMap<>()).values()));
  }

  /** Appends all of {@code lines}, or throws and can be called again with the same. */
  void append(List<JournalLine> lines, boolean force) throws IOException {
    if (channel.size() != goodBytes) {
      channel.truncate(goodBytes); // half a line of a write that failed
    }
    long written = write(channel, lines, goodBytes);
    if (force) {
      channel.force(false);
    }
    goodBytes = written;
    lines.forEach(this::apply);
    if (goodBytes >= rewriteAtBytes) {
      try {
        compact();
      } catch (IOException full) { // all is kept where it was
        rewriteAtBytes = goodBytes + GROWTH_MAX;
      }
    }
  }

  private void read() throws IOException {
    List<String> lines = new ArrayList<>();
    String text = Files.readString(path, StandardCharsets.UTF_8);
    text.lines().forEach(lines::add);
    for (int i = 0; i < lines.size(); i++) {
      Optional<JournalLine> line = JournalLine.decode(lines.get(i));
      if (line.isPresent()) {
        apply(line.get());
      } else if (i < lines.size() - 1) { // the last one may be half written
        throw new IOException(
            "%s is damaged in line %d; end its tasks and start with --fresh"
                .formatted(path, i + 1));
      }
    }
  }

  private void apply(JournalLine line) {
    if (line instanceof JournalLine.Started started) {
      incarnation = started.incarnation();
    } else if (line instanceof JournalLine.EpochSeen seen) {
      epochs.put(seen.node(), seen.epoch());
    } else if (line instanceof JournalLine.TaskKept kept) {
      tasks
          .computeIfAbsent(kept.node(), node -> new TreeMap<>())
          .put(kept.task().token(), kept.task());
    }
  }

  private void compact() throws IOException {
    List<JournalLine> lines = new ArrayList<>();
    lines.add(new JournalLine.Started(incarnation));
    epochs.forEach((node, epoch) -> lines.add(new JournalLine.EpochSeen(node, epoch)));
    tasks.forEach(
        (node, known) -> {
          dropOldest(known);
          known.values().forEach(task -> lines.add(new JournalLine.TaskKept(node, task)));
        });
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    FileChannel next =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      long written = write(next, lines, 0);
      next.force(true);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      FileChannel before = channel;
      channel = next;
      goodBytes = written;
      rewriteAtBytes = written + Math.max(GROWTH_MAX, written);
      before.close();
    } finally {
      if (channel != next) {
        next.close();
      }
    }
  }

  /** One more than the rules remember: the oldest tells them what all below is. */
  private static void dropOldest(SortedMap<Long, KnownTask> known) {
    long over =
        known.values().stream().filter(task -> task.stage() == Stage.FORGOTTEN).count()
            - ForgottenTasks.MAX
            - 1;
    var each = known.values().iterator();
    while (over > 0 && each.hasNext()) {
      if (each.next().stage() == Stage.FORGOTTEN) {
        each.remove();
        over--;
      }
    }
  }

  private static long write(FileChannel to, List<JournalLine> lines, long at) throws IOException {
    List<byte[]> encoded = lines.stream().map(JournalLine::encoded).toList();
    ByteBuffer bytes = ByteBuffer.allocate(encoded.stream().mapToInt(b -> b.length).sum());
    encoded.forEach(bytes::put);
    bytes.flip();
    long position = at;
    while (bytes.hasRemaining()) {
      position += to.write(bytes, position);
    }
    return position;
  }
}
