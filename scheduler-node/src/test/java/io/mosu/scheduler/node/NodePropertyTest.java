// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.job;
import static io.mosu.testing.Specimens.negotiation;
import static io.mosu.testing.Specimens.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.NodeMessage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a node hears, in whatever order, its ledger stays sound and replays to the same. */
class NodePropertyTest {

  private static final int STEPS = 120;
  private static final int NEGOTIATIONS = 12;

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void ledgerStaysSoundAndReplaysToTheSame(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    NodeUnderTest node = new NodeUnderTest();
    node.hello(h100s(4));
    long lastToken = 0;
    long lastEpoch = 0;
    for (int step = 0; step < STEPS; step++) {
      int choice = random.nextInt(20);
      if (choice == 0) {
        node.crash();
      } else if (choice <= 3) {
        node.pass(random.nextInt(3_000));
      } else {
        node.hear(message(random, node));
      }
      NodeLedger ledger = node.rules().ledger();
      Room free = ledger.free();
      for (Lease lease : ledger.leases().values()) {
        free = free.plus(lease.grant());
      }
      assertThat(free).isEqualTo(Room.all(ledger.inventory().orElseThrow()));
      assertThat(ledger.lastToken()).isGreaterThanOrEqualTo(lastToken);
      assertThat(ledger.epoch()).isGreaterThanOrEqualTo(lastEpoch);
      lastToken = ledger.lastToken();
      lastEpoch = ledger.epoch();
    }
    NodeLedger replayed = NodeLedger.BLANK;
    for (NodeEvent event : node.journal()) {
      replayed = replayed.apply(event);
    }
    assertThat(replayed).isEqualTo(node.rules().ledger());
  }

  private static Wire message(SplittableRandom random, NodeUnderTest node) {
    long number = 1L + random.nextInt(NEGOTIATIONS);
    // one negotiation asks for one shape
    Shape shape = number % 3 == 0 ? share(100 * (int) number % 1000) : gpus(1 + (int) number % 3);
    Lease lease = node.rules().ledger().leases().get(negotiation(number));
    long token = lease == null ? 1L + random.nextInt(40) : lease.token();
    return switch (random.nextInt(10)) {
      case 0, 1 -> GpuNodeTest.call(number, shape);
      case 2, 3 -> GpuNodeTest.award(number, shape);
      case 4 -> new NodeMessage.Withdrawal(N1, negotiation(number));
      case 5 ->
          lease == null
              ? new NodeMessage.Stop(N1, negotiation(number), job(number), token)
              : node.start(number);
      case 6 -> new NodeMessage.EndAcknowledged(N1, negotiation(number));
      case 7 -> new HostReport.TaskStarted(N1, token);
      case 8 -> new HostReport.TaskExited(N1, token, new Exit(Exit.Kind.EXITED, 0));
      default ->
          new HostReport.Hello(
              N1,
              1,
              h100s(random.nextInt(4) == 0 ? 3 : 4),
              List.of(new HostReport.Task(token, true)),
              node.tickMs());
    };
  }
}
