// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mosu.scheduler.metering.Violation.Rule;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds what agents wrote down themselves, {@code ledger.jsonl}, against the invariants and against
 * the journal: truth that does not come from the scheduler.
 */
public final class LedgerCheck {
  private static final String FILES = "ledger.jsonl*";
  private static final int WHOLE_MILLI = 1_000;

  /** Who was granted what, by the journal. */
  @FunctionalInterface
  public interface Grants {
    /** The job of the lease {@code token} of {@code node}; null if there never was one. */
    @Nullable String job(String node, long token);
  }

  /** One line. */
  private record Entry(
      String boot,
      long atMs,
      String event,
      String node,
      String job,
      List<String> devices,
      int milli,
      long token) {}

  /** A device as one node sees it, within one start of the host. */
  private record Place(String node, String boot, String device) {}

  private record Task(String node, long token) {}

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, List<Entry>> byNode = new TreeMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private long lines;
  private long starts;

  /** Reads the ledger in an agent's state directory, or one file. */
  public void read(Path path) {
    try {
      if (Files.isDirectory(path)) {
        List<Path> files = new ArrayList<>();
        try (var found = Files.newDirectoryStream(path, FILES)) {
          found.forEach(files::add);
        }
        if (files.isEmpty()) {
          throw new IllegalStateException("no " + FILES + " in " + path);
        }
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

  private void take(Path path, String line) {
    lines++;
    try {
      JsonNode entry = json.readTree(line);
      List<String> devices = new ArrayList<>();
      entry.path("devices").forEach(device -> devices.add(device.asText()));
      if (!entry.path("event").isTextual() || !entry.path("boottime_ms").isNumber()) {
        throw new IOException("no event, or no time");
      }
      String node = entry.path("node").asText();
      byNode
          .computeIfAbsent(node, n -> new ArrayList<>())
          .add(
              new Entry(
                  entry.path("boot_id").asText(),
                  entry.path("boottime_ms").asLong(),
                  entry.path("event").asText(),
                  node,
                  entry.path("job").asText(),
                  devices,
                  entry.path("milli").asInt(),
                  entry.path("token").asLong()));
    } catch (IOException damaged) {
      violate(Rule.LEDGER_READABLE, path.toString(), "line " + lines + ": " + damaged.getMessage());
    }
  }

  /** Checks what was read; the violations in the order of nodes and times. */
  public List<Violation> check(Grants grants) {
    byNode.forEach(
        (node, entries) -> {
          entries.sort(Comparator.comparing(Entry::boot).thenComparingLong(Entry::atMs));
          node(node, entries, grants);
        });
    return List.copyOf(violations);
  }

  public long lines() {
    return lines;
  }

  public long starts() {
    return starts;
  }

  private void node(String node, List<Entry> entries, Grants grants) {
    Map<Place, Map<Long, Integer>> live = new HashMap<>();
    Map<String, Long> latest = new HashMap<>();
    Set<Task> started = new HashSet<>();
    for (Entry entry : entries) {
      switch (entry.event()) {
        case "START" -> {
          starts++;
          if (!started.add(new Task(node, entry.token()))) {
            violate(Rule.LEDGER_ONCE, node, "token %d was started twice".formatted(entry.token()));
          }
          granted(entry, grants);
          for (String device : entry.devices()) {
            occupy(live, latest, entry, device);
          }
        }
        case "STOP", "FENCE" -> {
          for (String device : entry.devices()) {
            live.getOrDefault(new Place(node, entry.boot(), device), new HashMap<>())
                .remove(entry.token());
          }
        }
        case "ADOPT" -> { // its start may be in a file that is gone
          for (String device : entry.devices()) {
            occupy(live, latest, entry, device);
          }
        }
        default -> {} // an order that was not obeyed: nothing began or ended
      }
    }
  }

  private void granted(Entry entry, Grants grants) {
    String job = grants.job(entry.node(), entry.token());
    if (!entry.job().equals(job)) {
      violate(
          Rule.LEDGER_LEASED,
          entry.node(),
          "ran %s by token %d, which the journal gave to %s"
              .formatted(entry.job(), entry.token(), job == null ? "nobody" : job));
    }
  }

  private void occupy(
      Map<Place, Map<Long, Integer>> live, Map<String, Long> latest, Entry entry, String device) {
    Map<Long, Integer> there =
        live.computeIfAbsent(
            new Place(entry.node(), entry.boot(), device), place -> new HashMap<>());
    there.put(entry.token(), entry.milli());
    int sum = there.values().stream().mapToInt(Integer::intValue).sum();
    if (sum > WHOLE_MILLI) {
      violate(
          Rule.LEDGER_OVERLAP,
          entry.node(),
          "%s at %d ms of boot %s: %d milli in use by tokens %s"
              .formatted(device, entry.atMs(), entry.boot(), sum, there.keySet()));
    }
    if (entry.milli() < WHOLE_MILLI) {
      return; // of two that share a device the later may have been started first
    }
    long before = latest.merge(entry.boot() + " " + device, entry.token(), Math::max);
    if (before > entry.token()) {
      violate(
          Rule.LEDGER_TOKENS,
          entry.node(),
          "%s was given to token %d after token %d".formatted(device, entry.token(), before));
    }
  }

  private void violate(Rule rule, String entity, String detail) {
    violations.add(new Violation(rule, entity, detail));
  }
}
