// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Moment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Jobs for which something is due at a wall time. Not journaled: it follows from the jobs. */
final class Calendar {

  /** The wall clock may be set: what is far off is looked at again this often. */
  private static final long LOOK_MS = 60_000;

  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::atMs).thenComparingLong(Entry::number);

  private record Entry(long atMs, long number, long gpuMilli) {}

  private final TreeSet<Entry> entries = new TreeSet<>(ORDER);
  private final Map<Long, Entry> byNumber = new HashMap<>();
  private Moment seen;
  private long gpuMilli;

  Calendar(Moment now) {
    this.seen = now;
  }

  void plus(Job job, long atMs) {
    minus(job.id().number());
    Entry entry = new Entry(atMs, job.id().number(), job.gpuMilli());
    entries.add(entry);
    byNumber.put(entry.number, entry);
    gpuMilli += entry.gpuMilli;
  }

  void minus(long number) {
    Entry entry = byNumber.remove(number);
    if (entry != null) {
      entries.remove(entry);
      gpuMilli -= entry.gpuMilli;
    }
  }

  /** Takes out what is due. */
  List<Long> due(Moment now) {
    seen = now;
    List<Long> due = new ArrayList<>();
    while (!entries.isEmpty() && entries.first().atMs <= now.wallMs()) {
      long number = entries.first().number;
      minus(number);
      due.add(number);
    }
    return due;
  }

  /** GPU milli of all jobs in it. */
  long gpuMilli() {
    return gpuMilli;
  }

  /** Wall time when it was last looked at. */
  long seenMs() {
    return seen.wallMs();
  }

  long nextTickMs() {
    if (entries.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return seen.tickMs() + Math.max(0, Math.min(LOOK_MS, entries.first().atMs - seen.wallMs()));
  }
}
