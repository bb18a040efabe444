// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.bench.SchedulerApi.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Submits a tiny job for each tenant again and again, whatever became of the one before, so that it
 * is seen from outside for how long whose jobs were not taken in.
 */
final class Probes implements AutoCloseable {

  /** More would wait on the client's side and measure the client. */
  private static final int IN_FLIGHT_MAX = 2_000;

  /** What one probe saw; seconds count from the start of all. */
  record Seen(String tenant, double fromS, double toS, Answer answer, boolean retryAfter) {
    boolean taken() {
      return answer.status() == 200 || answer.status() == 201;
    }

    double tookS() {
      return toS - fromS;
    }
  }

  private final SchedulerApi api;
  private final String run;
  private final Specs.Ask ask;
  private final List<String> tenants;
  private final long beganNanos = System.nanoTime();
  private final List<Seen> seen = new ArrayList<>();
  private final Set<Integer> skipped = ConcurrentHashMap.newKeySet();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong inFlight = new AtomicLong();
  private final ScheduledFuture<?> ticking;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  /** Begins at once: one probe per tenant every {@code periodMs}, spread over the period. */
  Probes(SchedulerApi api, String run, Specs.Ask ask, List<String> tenants, long periodMs) {
    this.api = api;
    this.run = run;
    this.ask = ask;
    this.tenants = List.copyOf(tenants);
    long everyMicros = Math.max(1, TimeUnit.MILLISECONDS.toMicros(periodMs) / tenants.size());
    this.ticking = clock.scheduleAtFixedRate(this::send, 0, everyMicros, TimeUnit.MICROSECONDS);
  }

  /** Now, in seconds since the start. */
  double nowS() {
    return (System.nanoTime() - beganNanos) / 1e9;
  }

  /** Sends nothing more through one scheduler node's door. */
  void skip(int door) {
    skipped.add(door);
  }

  void use(int door) {
    skipped.remove(door);
  }

  /** All that was answered so far, in the order of the answers. */
  List<Seen> seen() {
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  /**
   * The longest time for which no job of {@code tenant} was taken in, of what reaches into the
   * window.
   */
  double gapS(String tenant, double fromS, double toS) {
    List<Double> taken =
        seen().stream()
            .filter(one -> one.taken() && one.tenant().equals(tenant))
            .map(Seen::toS)
            .sorted()
            .toList();
    double gap = 0;
    double last = fromS;
    for (double at : taken) {
      if (at <= fromS) {
        last = at;
      } else if (at >= toS) {
        return Math.max(gap, at - last);
      } else {
        gap = Math.max(gap, at - last);
        last = at;
      }
    }
    return Math.max(gap, toS - last);
  }

  /** Whether a job of each tenant that was submitted after {@code fromS} has been taken in. */
  boolean allTakenSince(double fromS) {
    Set<String> answered = ConcurrentHashMap.newKeySet();
    seen().stream()
        .filter(one -> one.fromS() >= fromS && one.taken())
        .forEach(one -> answered.add(one.tenant()));
    return answered.containsAll(tenants);
  }

  /** When the first job after {@code fromS} was taken in. */
  double firstTakenS(double fromS) {
    return seen().stream()
        .filter(one -> one.toS() >= fromS && one.taken())
        .map(Seen::toS)
        .min(Comparator.naturalOrder())
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Ends; what is on its way is waited for. */
  @Override
  public void close() {
    ticking.cancel(false);
    clock.shutdown();
    SchedulerApi.await(() -> inFlight.get() == 0, Duration.ofSeconds(45));
  }

  private void send() {
    long number = sent.getAndIncrement();
    int doors = api.bases().size();
    int door = (int) ((number + number / tenants.size()) % doors);
    for (int i = 0; i < doors && skipped.contains(door); i++) {
      door = (door + 1) % doors;
    }
    if (inFlight.incrementAndGet() > IN_FLIGHT_MAX) {
      inFlight.decrementAndGet();
      return;
    }
    String tenant = tenants.get((int) (number % tenants.size()));
    String spec = Specs.job(run, tenant, 1, ask, List.of("true"));
    double fromS = nowS();
    var unused =
        api.once(door, spec, run + "-" + number)
            .whenComplete(
                (once, broken) -> {
                  Answer answer = once == null ? SchedulerApi.unanswered(broken) : once.answer();
                  boolean retryAfter = once != null && once.retryAfter();
                  synchronized (seen) {
                    seen.add(new Seen(tenant, fromS, nowS(), answer, retryAfter));
                  }
                  inFlight.decrementAndGet();
                });
  }
}
