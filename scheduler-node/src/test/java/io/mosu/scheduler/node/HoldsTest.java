// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.negotiation;
import static io.mosu.testing.Specimens.rank;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.node.Holds.Hold;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Wound-wait: who takes whose hold. */
class HoldsTest {

  private final Room all = Room.all(h100s(8));
  private final Holds holds = new Holds();

  @Test
  void holdsTakeRoomUntilTheyExpire() {
    holds.put(hold(1, 0, 4, 100));
    assertThat(holds.besides(all).wholeFree()).isEqualTo(4);
    assertThat(holds.nextTickMs()).isEqualTo(100);
    holds.expire(99);
    assertThat(holds.besides(all).wholeFree()).isEqualTo(4);
    holds.expire(100);
    assertThat(holds.besides(all)).isEqualTo(all);
    assertThat(holds.nextTickMs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void youngestGoFirstAndNoMoreThanNeeded() {
    holds.put(hold(2, 0, 2, 100));
    holds.put(hold(4, 2, 2, 100));
    holds.put(hold(3, 4, 2, 100));
    assertThat(wounded(1, 4)).contains(List.of(negotiation(4)));
    assertThat(wounded(1, 6)).contains(List.of(negotiation(4), negotiation(3)));
  }

  @Test
  void olderHoldsStay() {
    holds.put(hold(1, 0, 8, 100));
    assertThat(wounded(2, 1)).isEmpty();
  }

  @Test
  void nothingIsWoundedIfItWouldNotDo() {
    holds.put(hold(1, 0, 4, 100));
    holds.put(hold(3, 4, 4, 100));
    assertThat(wounded(2, 8)).isEmpty();
  }

  @Test
  void higherPriorityCountsAsOlder() {
    holds.put(hold(1, 0, 8, 100));
    assertThat(
            holds.wounded(
                h100s(8),
                holds.besides(all),
                gpus(8),
                new io.mosu.scheduler.model.Rank(1, 99, io.mosu.testing.Specimens.job(99))))
        .isPresent();
  }

  private Optional<List<NegotiationId>> wounded(long rank, int gpus) {
    return holds
        .wounded(h100s(8), holds.besides(all), gpus(gpus), rank(rank))
        .map(gone -> gone.stream().map(Hold::negotiation).toList());
  }

  private static Hold hold(long number, int first, int devices, long untilTickMs) {
    List<Integer> indices = IntStream.range(first, first + devices).boxed().toList();
    return new Hold(negotiation(number), rank(number), new Grant(indices, 1000, 1, 1), untilTickMs);
  }
}
