// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Who waits for the end of which job, and until when; in memory, as the askers are. */
final class Watchers {

  /** Later ones are answered at once, as if their time were over. */
  static final int MAX = 20_000;

  private final Map<Long, List<Watch>> byJob = new HashMap<>();
  private final TreeMap<Long, List<Watch>> byDeadline = new TreeMap<>();
  private int size;

  private record Watch(long number, long asker, long untilTickMs) {}

  boolean full() {
    return size >= MAX;
  }

  void add(long number, long asker, long untilTickMs) {
    Watch watch = new Watch(number, asker, untilTickMs);
    byJob.computeIfAbsent(number, n -> new ArrayList<>()).add(watch);
    byDeadline.computeIfAbsent(untilTickMs, t -> new ArrayList<>()).add(watch);
    size++;
  }

  /** Takes out the askers of a job that has ended. */
  List<Long> ended(long number) {
    List<Watch> watches = byJob.remove(number);
    if (watches == null) {
      return List.of();
    }
    for (Watch watch : watches) {
      List<Watch> due = byDeadline.get(watch.untilTickMs());
      if (due != null) {
        due.remove(watch);
        if (due.isEmpty()) {
          byDeadline.remove(watch.untilTickMs());
        }
      }
    }
    size -= watches.size();
    return watches.stream().map(Watch::asker).toList();
  }

  /** Takes out the askers whose time is over: job number and asker. */
  List<Map.Entry<Long, Long>> overdue(long nowTickMs) {
    List<Map.Entry<Long, Long>> over = new ArrayList<>();
    while (!byDeadline.isEmpty() && byDeadline.firstKey() <= nowTickMs) {
      for (Watch watch : byDeadline.pollFirstEntry().getValue()) {
        List<Watch> like = byJob.get(watch.number());
        if (like != null) {
          like.remove(watch);
          if (like.isEmpty()) {
            byJob.remove(watch.number());
          }
        }
        size--;
        over.add(Map.entry(watch.number(), watch.asker()));
      }
    }
    return over;
  }

  long nextTickMs() {
    return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.firstKey();
  }
}
