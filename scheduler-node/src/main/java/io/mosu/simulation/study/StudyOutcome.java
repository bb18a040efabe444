// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** When each job was placed and ended; times in milliseconds from the first submission. */
public final class StudyOutcome {
  private static final long NEVER = -1;

  private final List<TraceNode> nodes;
  private final List<TraceJob> jobs;
  private final long[] placedMs;
  private final long[] endedMs;
  private final boolean[] refused;
  private final Map<String, Integer> refusals = new TreeMap<>();
  private long lastMs;
  private long messages;
  private long invited;
  private int placements;
  private int preemptions;

  StudyOutcome(List<TraceNode> nodes, List<TraceJob> jobs) {
    this.nodes = List.copyOf(nodes);
    this.jobs = List.copyOf(jobs);
    this.placedMs = new long[jobs.size()];
    this.endedMs = new long[jobs.size()];
    this.refused = new boolean[jobs.size()];
    Arrays.fill(placedMs, NEVER);
    Arrays.fill(endedMs, NEVER);
  }

  void placed(int job, long atMs, int asked) {
    placedMs[job] = atMs;
    invited += asked;
    placements++;
  }

  void preempted() {
    preemptions++;
  }

  void ended(int job, long atMs) {
    endedMs[job] = atMs;
  }

  void refused(int job) {
    refused[job] = true;
  }

  void close(long atMs, long said, Map<String, Integer> why) {
    lastMs = atMs;
    messages = said;
    refusals.putAll(why);
  }

  public List<TraceNode> nodes() {
    return nodes;
  }

  public List<TraceJob> jobs() {
    return jobs;
  }

  public int gpus() {
    return nodes.stream().mapToInt(node -> node.inventory().devices().size()).sum();
  }

  public boolean wasPlaced(int job) {
    return placedMs[job] != NEVER;
  }

  public boolean hasEnded(int job) {
    return endedMs[job] != NEVER;
  }

  public boolean wasRefused(int job) {
    return refused[job];
  }

  /** From its submission to its placement, or to the end of the run if it waits still. */
  public long waitMs(int job) {
    long until = wasPlaced(job) ? placedMs[job] : lastMs;
    return Math.max(0, until - jobs.get(job).submitMs());
  }

  /** In seconds, of all jobs that were taken in. */
  Percentile waitsS() {
    return new Percentile(
        IntStream.range(0, jobs.size())
            .filter(job -> !refused[job])
            .mapToObj(job -> waitMs(job) / 1e3)
            .toList());
  }

  /** From its submission to its end, or to the end of the run. */
  public long completionMs(int job) {
    return untilMs(job) - jobs.get(job).submitMs();
  }

  long placedMs(int job) {
    return placedMs[job];
  }

  /** When it left, or the end of the run. */
  long untilMs(int job) {
    return hasEnded(job) ? endedMs[job] : lastMs;
  }

  /** Of the run. */
  public long lastMs() {
    return lastMs;
  }

  /** Refused submissions by their reason, in alphabetical order. */
  public Map<String, Integer> refusals() {
    return Collections.unmodifiableMap(refusals);
  }

  /** Attempts that ended so that another tenant got what it is guaranteed. */
  public int preemptions() {
    return preemptions;
  }

  public int placements() {
    return placements;
  }

  /** Between entities, a placement. */
  public double messagesPerPlacement() {
    return (double) messages / Math.max(1, placements);
  }

  /** Nodes, a placement. */
  public double invitedPerPlacement() {
    return (double) invited / Math.max(1, placements);
  }
}
