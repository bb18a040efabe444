// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.job;
import static io.mosu.testing.Specimens.negotiation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.node.NodeEvent.EpochClaimed;
import io.mosu.scheduler.node.NodeEvent.Leased;
import io.mosu.scheduler.node.NodeEvent.Lost;
import io.mosu.scheduler.node.NodeEvent.Registered;
import io.mosu.scheduler.node.NodeEvent.Released;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node's journal can say, and what it cannot. */
class NodeLedgerTest {

  private final NodeLedger two = NodeLedger.BLANK.apply(new Registered(h100s(2)));

  @Test
  void leaseTakesRoomAndReleaseGivesItBack() {
    NodeLedger leased = two.apply(leased(1, 1, 0, 1));
    assertThat(leased.free().wholeFree()).isZero();
    NodeLedger released = leased.apply(new Released(negotiation(1), 1, 0));
    assertThat(released.free()).isEqualTo(Room.all(h100s(2)));
    assertThat(released.lastToken()).isEqualTo(1);
  }

  @Test
  void deviceCannotBeLeasedTwice() {
    NodeLedger leased = two.apply(leased(1, 1, 0));
    assertThatIllegalStateException()
        .isThrownBy(() -> leased.apply(leased(2, 2, 0)))
        .withMessageStartingWith("over-leased");
  }

  @Test
  void sharesOfOneDeviceFitUpToTheWhole() {
    NodeLedger half = two.apply(shared(1, 1, 600));
    assertThat(half.apply(shared(2, 2, 400)).free().gpuMilli(0)).isZero();
    assertThatIllegalStateException().isThrownBy(() -> half.apply(shared(2, 2, 401)));
  }

  @Test
  void tokensAndEpochsOnlyRise() {
    NodeLedger leased = two.apply(leased(1, 5, 0));
    assertThatIllegalStateException().isThrownBy(() -> leased.apply(leased(2, 5, 1)));
    NodeLedger claimed = leased.apply(new EpochClaimed(3));
    assertThatIllegalStateException().isThrownBy(() -> claimed.apply(new EpochClaimed(3)));
  }

  @Test
  void negotiationHasOneLease() {
    NodeLedger leased = two.apply(leased(1, 1, 0));
    assertThatIllegalStateException().isThrownBy(() -> leased.apply(leased(1, 2, 1)));
  }

  @Test
  void whatIsNotLeasedCannotBeReleased() {
    NodeLedger leased = two.apply(leased(1, 1, 0));
    assertThatIllegalStateException()
        .isThrownBy(() -> leased.apply(new Released(negotiation(1), 2, 0)));
    assertThatIllegalStateException()
        .isThrownBy(() -> leased.apply(new Released(negotiation(2), 1, 0)));
  }

  @Test
  void inventoryMayChangeOnlyAroundTheLeases() {
    NodeLedger leased = two.apply(leased(1, 1, 0));
    assertThat(leased.allows(h100s(1))).isTrue();
    assertThat(leased.allows(h100s(0))).isFalse();
    assertThat(leased.apply(new Registered(h100s(4))).free().wholeFree()).isEqualTo(3);
  }

  @Test
  void lostLeaseStaysUntilItIsReleased() {
    NodeLedger lost = two.apply(leased(1, 1, 0)).apply(new Lost(negotiation(1), 1, 0));
    assertThat(lost.lost()).containsExactly(1L);
    assertThat(lost.free().wholeFree()).isEqualTo(1);
    assertThat(lost.apply(new Released(negotiation(1), 1, 0)).lost()).isEmpty();
    assertThatIllegalStateException().isThrownBy(() -> two.apply(new Lost(negotiation(1), 1, 0)));
  }

  @Test
  void snapshotRebuildsTheSameLedger() {
    NodeLedger leased = two.apply(new EpochClaimed(4)).apply(leased(1, 9, 0));
    assertThat(
            NodeLedger.of(
                leased.epoch(),
                leased.inventory(),
                leased.lastToken(),
                leased.leases(),
                leased.lost()))
        .isEqualTo(leased);
  }

  private static Leased leased(long number, long token, Integer... devices) {
    return new Leased(
        new Lease(
            negotiation(number),
            job(number),
            0,
            token,
            new Grant(List.of(devices), 1000, 1_000, 1_000),
            0));
  }

  private static Leased shared(long number, long token, int milli) {
    return new Leased(
        new Lease(
            negotiation(number), job(number), 0, token, new Grant(List.of(0), milli, 1, 1), 0));
  }
}
