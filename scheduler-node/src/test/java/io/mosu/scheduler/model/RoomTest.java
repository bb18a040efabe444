// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import static io.mosu.testing.Specimens.h100s;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Arithmetic of what is left. */
class RoomTest {

  private final Room all = Room.all(h100s(2));

  @Test
  void minusThenPlusIsTheSame() {
    Grant grant = new Grant(List.of(1), 300, 5, 6);
    assertThat(all.minus(grant).plus(grant)).isEqualTo(all).hasSameHashCodeAs(all);
    assertThat(all.minus(grant)).isNotEqualTo(all);
    assertThat(all.minus(grant).gpuMilliFree()).isEqualTo(1_700);
    assertThat(all.minus(grant).wholeFree()).isEqualTo(1);
  }

  @Test
  void belowZeroOrAboveWholeIsInvalid() {
    assertThat(all.valid()).isTrue();
    assertThat(all.plus(new Grant(List.of(0), 1, 0, 0)).valid()).isFalse();
    assertThat(all.minus(new Grant(List.of(0), 1_001, 0, 0)).valid()).isFalse();
    assertThat(all.minus(new Grant(List.of(), 0, 64_001, 0)).valid()).isFalse();
    assertThat(all.minus(new Grant(List.of(), 0, 0, 512_001)).valid()).isFalse();
  }

  @Test
  void roomKeepsNoHandleToItsArray() {
    int[] milli = {1000};
    Room room = new Room(1, 1, milli);
    milli[0] = 0;
    assertThat(room.gpuMilli(0)).isEqualTo(1000);
  }
}
