// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.scheduler.node.NodeUnderTest.said;
import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.negotiation;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostReport.TaskExited;
import io.mosu.scheduler.host.HostReport.TaskStarted;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage.Declined;
import io.mosu.testing.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestTest {
  private static final Exit NOT_STARTED = new Exit(Exit.Kind.NOT_STARTED, 0);

  private final NodeUnderTest node = new NodeUnderTest();
  private long number;

  @Test
  void nodeOnWhichNothingStartsTakesNoWorkForAWhile() {
    fail(Rest.FAILURES - 1);
    assertThat(node.rules().digest().open()).isTrue();
    fail(1);
    assertThat(node.rules().digest().resting()).isTrue();
    assertThat(node.rules().digest().open()).isFalse();
    assertThat(said(node.hear(GpuNodeTest.call(99, gpus(1))), Declined.class))
        .satisfiesExactly(
            declined -> {
              assertThat(declined.reason()).isEqualTo(Refusal.NOT_STARTING);
              assertThat(declined.detail())
                  .isEqualTo("3 tasks in a row could not be started on it; tried again in 15 s");
            });
    pass(Rest.FIRST_MS);
    assertThat(node.rules().digest().open()).isTrue();
    assertThat(declined(node.hear(GpuNodeTest.call(99, gpus(1))))).isEmpty();
  }

  @Test
  void eachRestIsLongerUntilATaskHasStarted() {
    fail(Rest.FAILURES);
    pass(Rest.FIRST_MS);
    fail(1);
    pass(Rest.FIRST_MS);
    assertThat(node.rules().digest().resting()).isTrue();
    pass(Rest.FIRST_MS);
    assertThat(node.rules().digest().resting()).isFalse();
    run();
    fail(Rest.FAILURES - 1);
    assertThat(node.rules().digest().resting()).isFalse();
  }

  @Test
  void sameEndToldAgainCountsOnce() {
    lease();
    for (int i = 0; i < Rest.FAILURES; i++) {
      node.hear(new TaskExited(N1, number, NOT_STARTED));
    }
    assertThat(node.rules().digest().resting()).isFalse();
  }

  @Test
  void taskThatRanAndFailedIsNoFailureToStart() {
    for (int i = 0; i < Rest.FAILURES; i++) {
      run();
    }
    assertThat(node.rules().digest().resting()).isFalse();
  }

  private void lease() {
    number++;
    node.lease(number, gpus(1));
    node.hear(node.start(number));
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      lease();
      node.hear(new TaskExited(N1, number, NOT_STARTED));
      node.hear(new NodeMessage.EndAcknowledged(N1, negotiation(number)));
    }
  }

  private void run() {
    lease();
    node.hear(new TaskStarted(N1, number));
    node.hear(new TaskExited(N1, number, new Exit(Exit.Kind.EXITED, 1)));
    node.hear(new NodeMessage.EndAcknowledged(N1, negotiation(number)));
  }

  private void pass(long ms) {
    for (long passed = 0; passed < ms; passed += 5_000) {
      node.renew();
      node.pass(5_000);
    }
    node.renew();
  }

  private static List<Refusal> declined(Recorded<NodeEvent, NodeEffect> out) {
    return said(out, Declined.class).stream().map(Declined::reason).toList();
  }
}
