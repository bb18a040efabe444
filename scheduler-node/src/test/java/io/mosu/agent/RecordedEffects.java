// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** Writes down what the rules lead to, and keeps what must outlive the agent. */
final class RecordedEffects implements HostEffects {
  final List<HostReport> sent = new ArrayList<>();
  final List<Long> launched = new ArrayList<>();
  final List<Long> killed = new ArrayList<>();
  final List<String> canaries = new ArrayList<>();
  final List<Deed> deeds = new ArrayList<>();
  final TreeMap<Long, KnownTask> kept = new TreeMap<>();
  long epoch;
  long leasedUntilTickMs;

  /** What an agent that starts now finds. */
  HostMemory memory(long incarnation) {
    return new HostMemory(incarnation, epoch, leasedUntilTickMs, List.copyOf(kept.values()));
  }

  /** What is kept of a task that must have been kept. */
  KnownTask task(long token) {
    return Objects.requireNonNull(kept.get(token), () -> "task " + token + " is not kept");
  }

  void clear() {
    sent.clear();
    launched.clear();
    killed.clear();
  }

  @Override
  public void remember(KnownTask task) {
    kept.put(task.token(), task);
  }

  @Override
  public void rememberEpoch(long seen) {
    epoch = seen;
  }

  @Override
  public void send(HostReport report) {
    sent.add(report);
  }

  @Override
  public void launch(HostOrder.StartTask start) {
    launched.add(start.token());
  }

  @Override
  public void kill(long token, long graceMs) {
    killed.add(token);
  }

  @Override
  public void leasedUntil(long tickMs, long graceMs) {
    leasedUntilTickMs = tickMs;
  }

  @Override
  public void canary(String uuid, long number) {
    canaries.add(uuid);
  }

  @Override
  public void record(Deed deed) {
    deeds.add(deed);
  }
}
