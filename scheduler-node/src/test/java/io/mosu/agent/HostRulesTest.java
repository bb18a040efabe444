// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HostRulesTest {
  static final NodeId NODE = new NodeId("host-1");
  static final long TTL_MS = 30_000;
  static final long RENEW_MS = 5_000;
  static final Inventory INVENTORY =
      new Inventory(
          "aurora",
          "east",
          "127.0.0.1",
          8_000,
          8_192,
          List.of(new Device(0, "H100", 81_920, "g0"), new Device(1, "H100", 81_920, "g1")),
          true);

  private final RecordedEffects out = new RecordedEffects();
  private HostRules rules = new HostRules(NODE, INVENTORY, HostMemory.none());
  private long tickMs = 1_000;

  @Test
  void helloIsSaidAgainUntilItIsAnswered() {
    rules.connected(now(), out);
    advance(1_000);
    assertThat(out.sent).hasSize(2).allMatch(report -> report instanceof HostReport.Hello);
    welcome(1);
    out.clear();
    advance(RENEW_MS);
    assertThat(out.sent)
        .containsExactly(
            new HostReport.Renewal(NODE, List.of(), tickMs, 0, 1, 0, tickMs - RENEW_MS));
  }

  @Test
  void signsAreSaidUntilTheNodeHasKeptThem() {
    DeviceSign sign = new DeviceSign("g1", "xid-79", "fell off", 5);
    rules.connected(now(), out);
    rules.signs(List.of(sign), now(), out);
    assertThat(signs()).isEmpty();
    welcome(1);
    assertThat(signs()).containsExactly(new HostReport.Signs(NODE, 1, List.of(sign), 0));
    DeviceSign later = new DeviceSign("g0", "lost", "", 6);
    rules.signs(List.of(later), now(), out);
    assertThat(signs().get(1)).isEqualTo(new HostReport.Signs(NODE, 2, List.of(sign, later), 0));
    order(new HostOrder.SignsKept(NODE, 1, 1));
    advance(1_000);
    assertThat(signs().get(2)).isEqualTo(new HostReport.Signs(NODE, 2, List.of(later), 0));
    order(new HostOrder.SignsKept(NODE, 1, 2));
    advance(1_000);
    assertThat(signs()).hasSize(3);
  }

  @Test
  void canaryIsRunWhenAskedForAndItsEndIsSaid() {
    connectAndWelcome();
    order(new HostOrder.RunCanary(NODE, 1, "g1", 7));
    assertThat(out.canaries).containsExactly("g1");
    rules.canaryEnded("g1", 7, false, "no answer", out);
    assertThat(out.sent).contains(new HostReport.CanaryEnded(NODE, "g1", 7, false, "no answer", 0));
  }

  private List<HostReport> signs() {
    return out.sent.stream().filter(HostReport.Signs.class::isInstance).toList();
  }

  @Test
  void taskIsKeptBeforeItIsLaunchedAndReportedOnceItRuns() {
    connectAndWelcome();
    order(start(7, 0));
    assertThat(out.task(7).stage()).isEqualTo(KnownTask.Stage.LAUNCHED);
    assertThat(out.launched).containsExactly(7L);
    assertThat(out.sent).isEmpty();
    rules.processStarted(7, now(), out);
    assertThat(out.sent).containsExactly(new HostReport.TaskStarted(NODE, 7));
  }

  @Test
  void repeatedStartIsAnsweredAndNotLaunchedAgain() {
    connectAndRun(7);
    order(start(7, 0));
    assertThat(out.launched).isEmpty();
    assertThat(out.sent).containsExactly(new HostReport.TaskStarted(NODE, 7));
  }

  @Test
  void endIsSaidEverySecondUntilAcknowledged() {
    connectAndRun(7);
    rules.processExited(7, new Exit(Exit.Kind.EXITED, 3), now(), out);
    advance(1_000);
    HostReport exited = new HostReport.TaskExited(NODE, 7, new Exit(Exit.Kind.EXITED, 3));
    assertThat(out.sent).containsExactly(exited, exited);
    order(new HostOrder.EndAcknowledged(NODE, 1, 7));
    out.clear();
    advance(2_000);
    assertThat(out.sent).isEmpty();
  }

  @Test
  void forgottenTaskIsNotLaunchedByALateStart() {
    connectAndRun(7);
    rules.processExited(7, new Exit(Exit.Kind.EXITED, 0), now(), out);
    order(new HostOrder.EndAcknowledged(NODE, 1, 7));
    restart();
    connectAndWelcome();
    order(start(7, 0));
    assertThat(out.launched).isEmpty();
    assertThat(out.sent)
        .containsExactly(new HostReport.TaskExited(NODE, 7, new Exit(Exit.Kind.EXITED, 0)));
  }

  @Test
  void runningTaskIsKilledWhenStoppedAndReportedAsStopped() {
    connectAndRun(7);
    order(new HostOrder.StopTask(NODE, 1, 7));
    order(new HostOrder.StopTask(NODE, 1, 7));
    assertThat(out.killed).containsExactly(7L);
    rules.processExited(7, new Exit(Exit.Kind.EXITED, 143), now(), out);
    assertThat(out.sent)
        .containsExactly(new HostReport.TaskExited(NODE, 7, new Exit(Exit.Kind.STOPPED, 143)));
  }

  @Test
  void taskStoppedBeforeItsProcessRunsIsKilledThenAndAsSoonAsItDoes() {
    connectAndWelcome();
    order(start(7, 0));
    order(new HostOrder.StopTask(NODE, 1, 7));
    assertThat(out.killed).containsExactly(7L);
    rules.processStarted(7, now(), out);
    assertThat(out.killed).containsExactly(7L, 7L);
    assertThat(out.sent).isEmpty();
  }

  @Test
  void taskThatWaitedTooLongForItsStartIsNotStarted() {
    connectAndWelcome();
    order(start(7, 0));
    assertThat(rules.overtaken(7, now())).isEmpty();
    order(new HostOrder.StopTask(NODE, 1, 7));
    Exit stopped = new Exit(Exit.Kind.STOPPED, 0);
    assertThat(rules.overtaken(7, now())).contains(stopped);
    rules.processExited(7, stopped, now(), out);
    assertThat(out.sent).containsExactly(new HostReport.TaskExited(NODE, 7, stopped));
    order(start(8, 0));
    Moment over = new Moment(0, rules.leasedUntilTickMs());
    assertThat(rules.overtaken(8, over)).contains(new Exit(Exit.Kind.FENCED, 0));
    assertThat(rules.overtaken(99, now())).isPresent();
  }

  @Test
  void unknownTaskCountsAsStoppedAndNeverRunsLater() {
    connectAndWelcome();
    order(new HostOrder.StopTask(NODE, 1, 9));
    order(start(9, 0));
    HostReport stopped = new HostReport.TaskExited(NODE, 9, new Exit(Exit.Kind.STOPPED, 0));
    assertThat(out.sent).containsExactly(stopped, stopped);
    assertThat(out.launched).isEmpty();
  }

  @Test
  void ordersOfAReplacedOwnerAreRefusedAlsoAfterARestart() {
    connectAndWelcome();
    order(new HostOrder.Renewed(NODE, 5, tickMs));
    restart();
    assertThat(rules.on(start(7, 0), now(), out)).isFalse();
    assertThat(out.launched).isEmpty();
  }

  @Test
  void unrenewedTasksAreKilledBeforeTheNodeMayLeaseAgain() {
    connectAndRun(7);
    long sentTickMs = tickMs;
    advance(TTL_MS - TTL_MS / 10 - 1);
    assertThat(out.killed).isEmpty();
    advance(1);
    assertThat(out.killed).containsExactly(7L);
    assertThat(tickMs).isLessThan(sentTickMs + TTL_MS);
    rules.processExited(7, new Exit(Exit.Kind.EXITED, 143), now(), out);
    assertThat(out.sent)
        .contains(new HostReport.TaskExited(NODE, 7, new Exit(Exit.Kind.FENCED, 143)));
  }

  @Test
  void taskThatTakesLongToStopIsFencedAllTheSame() {
    connectAndRun(7);
    order(new HostOrder.StopTask(NODE, 1, 7));
    out.clear();
    advance(TTL_MS);
    assertThat(out.killed).containsExactly(7L);
    rules.processExited(7, new Exit(Exit.Kind.SIGNALED, 137), now(), out);
    assertThat(out.task(7).exit()).isEqualTo(new Exit(Exit.Kind.FENCED, 137));
  }

  @Test
  void timeLimitThatItsGuardEnforcedIsReportedAsSuch() {
    connectAndRun(7);
    rules.processExited(7, new Exit(Exit.Kind.TIME_LIMIT, 143), now(), out);
    assertThat(out.sent)
        .containsExactly(new HostReport.TaskExited(NODE, 7, new Exit(Exit.Kind.TIME_LIMIT, 143)));
  }

  @Test
  void deadlineCountsFromWhenTheRenewalWasSent() {
    connectAndRun(7);
    long sentTickMs = tickMs;
    advance(20_000);
    order(new HostOrder.Renewed(NODE, 1, sentTickMs + 5_000));
    assertThat(out.leasedUntilTickMs).isEqualTo(sentTickMs + 5_000 + TTL_MS - TTL_MS / 10);
  }

  @Test
  void nothingIsLaunchedWithoutALiveLease() {
    connectAndWelcome();
    advance(TTL_MS);
    order(start(7, 0));
    assertThat(out.launched).isEmpty();
    order(new HostOrder.Renewed(NODE, 1, tickMs));
    order(start(7, 0));
    assertThat(out.launched).containsExactly(7L);
  }

  @Test
  void restartedAgentFindsItsTasksAndFencesThemByTheOldDeadline() {
    connectAndRun(7);
    restart();
    rules.processStarted(7, now(), out);
    advance(TTL_MS);
    assertThat(out.killed).containsExactly(7L);
  }

  @Test
  void taskThatWasBeingEndedAtARestartIsEndedAndIsNoFailure() {
    connectAndRun(7);
    order(new HostOrder.StopTask(NODE, 1, 7));
    restart();
    rules.processStarted(7, now(), out);
    assertThat(out.killed).containsExactly(7L);
    rules.processExited(7, new Exit(Exit.Kind.EXITED, 143), now(), out);
    assertThat(out.task(7).exit()).isEqualTo(new Exit(Exit.Kind.STOPPED, 143));
  }

  @Test
  void endSeenAfterARestartIsSaidOnceWelcome() {
    connectAndRun(7);
    restart();
    rules.processExited(7, new Exit(Exit.Kind.EXITED, 0), now(), out);
    assertThat(out.sent).isEmpty();
    connectAndWelcome();
    advance(1);
    assertThat(out.task(7).stage()).isEqualTo(KnownTask.Stage.ENDED);
    order(new HostOrder.EndAcknowledged(NODE, 1, 7));
    assertThat(out.task(7).stage()).isEqualTo(KnownTask.Stage.FORGOTTEN);
  }

  @Test
  void busyDeviceKeepsTheNextTaskWaiting() {
    connectAndRun(7);
    order(start(8, 0));
    assertThat(out.launched).isEmpty();
    rules.processExited(7, new Exit(Exit.Kind.EXITED, 0), now(), out);
    order(start(8, 0));
    assertThat(out.launched).containsExactly(8L);
  }

  @Test
  void acknowledgedEndOfARunningTaskStopsIt() {
    connectAndRun(7);
    order(new HostOrder.EndAcknowledged(NODE, 1, 7));
    assertThat(out.killed).containsExactly(7L);
  }

  @Test
  void tokensBelowThoseRememberedAreNotLaunched() {
    connectAndWelcome();
    for (long token = 2; token <= ForgottenTasks.MAX + 2; token++) {
      order(new HostOrder.StopTask(NODE, 1, token));
    }
    out.clear();
    order(start(1, 0));
    assertThat(out.launched).isEmpty();
    assertThat(out.sent)
        .containsExactly(new HostReport.TaskExited(NODE, 1, new Exit(Exit.Kind.NOT_STARTED, 0)));
  }

  static HostOrder.StartTask start(long token, int device) {
    return new HostOrder.StartTask(
        NODE,
        1,
        token,
        new JobId(new TenantId("acme"), token),
        0,
        1,
        "127.0.0.1",
        20_000,
        new Grant(List.of(device), 1_000, 1_000, 512),
        new TaskSpec(List.of("true"), new TreeMap<>()));
  }

  private void connectAndWelcome() {
    rules.connected(now(), out);
    welcome(1);
    out.clear();
  }

  private void connectAndRun(long token) {
    connectAndWelcome();
    order(start(token, 0));
    rules.processStarted(token, now(), out);
    out.clear();
  }

  private void restart() {
    rules = new HostRules(NODE, INVENTORY, out.memory(2));
    out.clear();
  }

  private void welcome(long epoch) {
    order(new HostOrder.Welcome(NODE, epoch, tickMs, TTL_MS, RENEW_MS));
  }

  private void order(HostOrder order) {
    assertThat(rules.on(order, now(), out)).isTrue();
  }

  private void advance(long ms) {
    long end = tickMs + ms;
    while (rules.wakeAtTickMs() <= end) {
      tickMs = Math.max(tickMs, rules.wakeAtTickMs());
      rules.wake(now(), out);
    }
    tickMs = end;
  }

  private Moment now() {
    return new Moment(1_700_000_000_000L + tickMs, tickMs);
  }
}
