// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.model.Exit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds what agents wrote down themselves, {@code ledger.jsonl}, against the invariants and against
 * the journal: truth that does not come from the scheduler.
 */
public final class LedgerCheck {
  private static final String FILE = "ledger.jsonl";
  private static final int WHOLE_MILLI = 1_000;

  /**
   * A lease, by the journal.
   *
   * @param leasedMs wall time of the grant
   * @param end how its task ended, empty if that is not journaled
   * @param endedMs wall time when that was written, 0 if it was not
   */
  public record Granted(String job, long leasedMs, Optional<Exit.Kind> end, long endedMs) {}

  /** Who was granted what, by the journal. */
  @FunctionalInterface
  public interface Grants {
    /** The lease {@code token} of {@code node}; null if there never was one. */
    @Nullable Granted of(String node, long token);
  }

  /** A device as one node sees it, within one start of the host. */
  private record Place(String boot, String device) {}

  private final Map<String, List<LedgerLine>> byNode = new TreeMap<>();
  private final Map<String, Integer> boots = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private long lines;
  private long starts;
  private OptionalLong fenceToDeviceMs = OptionalLong.empty();
  private OptionalLong fenceToTaskMs = OptionalLong.empty();

  /** Reads the ledger in an agent's state directory, or one file. */
  public void read(Path path) {
    try {
      if (Files.isDirectory(path)) {
        List<Path> files = new ArrayList<>();
        try (var found = Files.newDirectoryStream(path, FILE + "*")) {
          found.forEach(files::add);
        }
        if (files.isEmpty()) {
          throw new IllegalStateException("no " + FILE + " in " + path);
        }
        // the highest number is the oldest, the one without a number the latest
        files.sort(Comparator.comparingInt(LedgerCheck::age).reversed());
        for (Path file : files) {
          read(file);
        }
        return;
      }
      try (Stream<String> text = Files.lines(path)) {
        text.forEach(line -> take(path, line));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read the ledger " + path, unreadable);
    }
  }

  private static int age(Path file) {
    String number = file.getFileName().toString().substring(FILE.length()).replace(".", "");
    return number.matches("[0-9]{1,4}") ? Integer.parseInt(number) : 0;
  }

  private void take(Path path, String line) {
    lines++;
    try {
      LedgerLine parsed = LedgerLine.parse(line);
      boots.putIfAbsent(parsed.boot(), boots.size());
      byNode.computeIfAbsent(parsed.node(), n -> new ArrayList<>()).add(parsed);
    } catch (IOException damaged) {
      violate(Rule.LEDGER_READABLE, path.toString(), "line " + lines + ": " + damaged.getMessage());
    }
  }

  /** Checks what was read; the violations in the order of nodes and times. */
  public List<Violation> check(Grants grants) {
    TaskSweep tasks = new TaskSweep(grants);
    byNode.forEach(
        (node, all) -> {
          // a host's starts are in the order of its files, whatever they are called
          all.sort(
              Comparator.comparingInt((LedgerLine line) -> boots.getOrDefault(line.boot(), 0))
                  .thenComparingLong(LedgerLine::atMs));
          node(node, all, grants);
          all.forEach(tasks::take);
        });
    violations.addAll(tasks.check());
    fenceToTaskMs = tasks.leastFenceMs();
    return List.copyOf(violations);
  }

  public long lines() {
    return lines;
  }

  public long starts() {
    return starts;
  }

  /** From a fence to the next start on the same device, at least, once checked; empty if none. */
  public OptionalLong fenceToDeviceMs() {
    return fenceToDeviceMs;
  }

  /** From a fence to the next start of the same task, at least, once checked; empty if none. */
  public OptionalLong fenceToTaskMs() {
    return fenceToTaskMs;
  }

  private void node(String node, List<LedgerLine> all, Grants grants) {
    Map<Place, Map<Long, Integer>> live = new HashMap<>();
    Map<String, Long> latest = new HashMap<>();
    Map<Place, Long> fenced = new HashMap<>();
    Set<Long> started = new HashSet<>();
    for (LedgerLine line : all) {
      if (line.start()) {
        starts++;
        if (!started.add(line.token())) {
          violate(Rule.LEDGER_ONCE, node, "token %d was started twice".formatted(line.token()));
        }
        granted(line, grants);
      }
      for (String device : line.devices()) {
        Place place = new Place(line.boot(), device);
        Map<Long, Integer> there = live.computeIfAbsent(place, p -> new HashMap<>());
        if (line.start() || line.adopt()) { // the start may be in a file that is gone
          occupy(there, latest, line, device);
        } else if (line.end()) {
          there.remove(line.token());
        } // else an order that was not obeyed: nothing began or ended
        Long fencedMs = line.start() ? fenced.remove(place) : null;
        if (fencedMs != null) {
          long gap = line.atMs() - fencedMs;
          fenceToDeviceMs = OptionalLong.of(Math.min(gap, fenceToDeviceMs.orElse(gap)));
        }
        if (line.fence()) {
          fenced.put(place, line.atMs());
        }
      }
    }
  }

  private void granted(LedgerLine line, Grants grants) {
    Granted granted = grants.of(line.node(), line.token());
    if (granted == null || !line.job().equals(granted.job())) {
      violate(
          Rule.LEDGER_LEASED,
          line.node(),
          "ran %s by token %d, which the journal gave to %s"
              .formatted(line.job(), line.token(), granted == null ? "nobody" : granted.job()));
    }
  }

  private void occupy(
      Map<Long, Integer> there, Map<String, Long> latest, LedgerLine line, String device) {
    there.put(line.token(), line.milli());
    int sum = there.values().stream().mapToInt(Integer::intValue).sum();
    if (sum > WHOLE_MILLI) {
      violate(
          Rule.LEDGER_OVERLAP,
          line.node(),
          "%s at %d ms of boot %s: %d milli in use by tokens %s"
              .formatted(device, line.atMs(), line.boot(), sum, there.keySet()));
    }
    if (line.milli() < WHOLE_MILLI) {
      return; // of two that share a device the later may have been started first
    }
    long before = latest.merge(device, line.token(), Math::max); // over starts of the host too
    if (before > line.token()) {
      violate(
          Rule.LEDGER_TOKENS,
          line.node(),
          "%s was given to token %d after token %d".formatted(device, line.token(), before));
    }
  }

  private void violate(Rule rule, String entity, String detail) {
    violations.add(new Violation(rule, entity, detail));
  }
}
