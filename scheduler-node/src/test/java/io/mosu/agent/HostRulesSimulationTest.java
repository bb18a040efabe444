// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static io.mosu.agent.HostRulesTest.INVENTORY;
import static io.mosu.agent.HostRulesTest.NODE;
import static io.mosu.agent.HostRulesTest.RENEW_MS;
import static io.mosu.agent.HostRulesTest.TTL_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orders late, doubled and of old owners; processes that end at any time; agents that restart. */
class HostRulesSimulationTest {

  private static final int STEPS = 4_000;
  private static final int TOKENS = 60;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
  void seed(long seed) {
    new World(seed).run();
  }

  private static final class World {
    private final Random random;
    private final RecordedEffects out = new RecordedEffects();
    private final Map<Long, Integer> processes = new HashMap<>();
    private final Set<Long> dying = new HashSet<>();
    private final Set<Long> everLaunched = new HashSet<>();
    private final List<Long> waiting = new ArrayList<>();
    private HostRules rules = new HostRules(NODE, INVENTORY, HostMemory.none());
    private boolean connected;
    private long incarnation = 1;
    private long epoch = 1;
    private long tickMs;
    private long lastRenewalTickMs = -1;
    private long coveredUntilTickMs;

    World(long seed) {
      random = new Random(seed);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        step();
        settle();
      }
      if (!connected) {
        connected = true;
        rules.connected(now(), out);
      }
      quiesce();
    }

    private void step() {
      switch (random.nextInt(14)) {
        case 0 -> {
          connected = !connected;
          if (connected) {
            rules.connected(now(), out);
          } else {
            rules.disconnected();
          }
        }
        case 1, 2 -> {
          if (lastRenewalTickMs >= 0) {
            coveredUntilTickMs = Math.max(coveredUntilTickMs, lastRenewalTickMs + TTL_MS);
            rules.on(new HostOrder.Renewed(NODE, epoch, lastRenewalTickMs), now(), out);
          }
        }
        case 3, 4 -> {
          if (lastRenewalTickMs >= 0) {
            coveredUntilTickMs = Math.max(coveredUntilTickMs, lastRenewalTickMs + TTL_MS);
            rules.on(
                new HostOrder.Welcome(NODE, epoch, lastRenewalTickMs, TTL_MS, RENEW_MS),
                now(),
                out);
          }
        }
        case 5, 6, 7 -> {
          HostOrder.StartTask start = HostRulesTest.start(token(), random.nextInt(2));
          rules.on(at(start), now(), out);
        }
        case 8 -> rules.on(new HostOrder.StopTask(NODE, epoch, token()), now(), out);
        case 9 -> rules.on(new HostOrder.EndAcknowledged(NODE, epoch, token()), now(), out);
        case 10 -> {
          epoch += random.nextInt(2);
          rules.on(new HostOrder.StopTask(NODE, epoch - 1, token()), now(), out);
        }
        case 11 -> restart();
        case 12 -> endOne();
        default -> advance(random.nextInt(9_000));
      }
    }

    private HostOrder.StartTask at(HostOrder.StartTask start) {
      return new HostOrder.StartTask(
          NODE,
          epoch,
          start.token(),
          start.job(),
          0,
          1,
          start.masterAddress(),
          start.masterPort(),
          start.grant(),
          start.spec());
    }

    private long token() {
      return 1L + random.nextInt(TOKENS);
    }

    private void restart() {
      incarnation++;
      connected = false;
      lastRenewalTickMs = -1;
      waiting.clear();
      rules = new HostRules(NODE, INVENTORY, out.memory(incarnation));
      for (KnownTask task : out.kept.values()) {
        if (task.stage() != KnownTask.Stage.LAUNCHED) {
          continue;
        }
        if (processes.containsKey(task.token())) {
          rules.processStarted(task.token(), now(), out);
        } else {
          rules.processExited(task.token(), new Exit(Exit.Kind.LOST, 0), now(), out);
        }
      }
    }

    private void endOne() {
      processes.keySet().stream().findAny().ifPresent(this::exit);
    }

    private void exit(long token) {
      processes.remove(token);
      dying.remove(token);
      rules.processExited(token, new Exit(Exit.Kind.EXITED, 0), now(), out);
    }

    private void advance(long ms) {
      long end = tickMs + ms;
      while (rules.wakeAtTickMs() <= end) {
        tickMs = Math.max(tickMs, rules.wakeAtTickMs());
        rules.wake(now(), out);
        settle();
      }
      tickMs = end;
    }

    /** Lets the world answer what the rules led to, and checks it. */
    private void settle() {
      for (HostReport report : out.sent) {
        assertThat(connected).isTrue();
        if (report instanceof HostReport.Renewal renewal) {
          lastRenewalTickMs = renewal.sentTickMs();
        } else if (report instanceof HostReport.Hello hello) {
          lastRenewalTickMs = hello.sentTickMs();
        } else if (report instanceof HostReport.TaskExited exited) {
          assertThat(processes).doesNotContainKey(exited.token());
        }
      }
      for (long token : out.launched) {
        assertThat(everLaunched.add(token)).as("token %d launched once", token).isTrue();
        assertThat(out.task(token).stage()).isEqualTo(KnownTask.Stage.LAUNCHED);
        assertThat(tickMs).isLessThan(coveredUntilTickMs);
        waiting.add(token);
      }
      dying.addAll(out.killed);
      out.clear();
      if (!waiting.isEmpty() && random.nextBoolean()) {
        long token = waiting.remove(0);
        int device = out.task(token).grant().devices().get(0);
        assertThat(processes.values()).as("one task on device %d", device).doesNotContain(device);
        processes.put(token, device);
        rules.processStarted(token, now(), out);
        settle();
      }
      if (!dying.isEmpty() && random.nextBoolean()) {
        long token = dying.iterator().next();
        if (processes.containsKey(token)) {
          exit(token);
        } else {
          dying.remove(token);
        }
        settle();
      }
      for (long token : processes.keySet()) {
        if (tickMs > coveredUntilTickMs && rules.wakeAtTickMs() > tickMs) {
          assertThat(dying).as("task %d outlives its lease", token).contains(token);
        }
      }
    }

    /** Without faults every end is said and forgotten, and nothing runs on without renewals. */
    private void quiesce() {
      for (int i = 0; i < 200; i++) {
        settle();
        rules.on(
            new HostOrder.Welcome(NODE, epoch, lastRenewalTickMs, TTL_MS, RENEW_MS), now(), out);
        for (long token = 1; token <= TOKENS; token++) {
          rules.on(new HostOrder.StopTask(NODE, epoch, token), now(), out);
          rules.on(new HostOrder.EndAcknowledged(NODE, epoch, token), now(), out);
        }
        advance(500);
      }
      assertThat(processes).isEmpty();
      assertThat(out.kept.values()).allMatch(t -> t.stage() == KnownTask.Stage.FORGOTTEN);
    }

    private Moment now() {
      return new Moment(tickMs, tickMs);
    }
  }
}
