// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.host;
import static io.mosu.testing.Specimens.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What fits where, and what it spoils. */
class FitTest {

  private final Inventory four = h100s(4);

  @Test
  void imageFitsOnlyWhereThereIsAContainerEngine() {
    Inventory plain = host(4, "H100");
    Inventory engine =
        new Inventory(
            plain.supplier(),
            plain.site(),
            plain.address(),
            plain.cpuMilli(),
            plain.memoryMib(),
            plain.devices(),
            true,
            true);
    Shape image = new Shape(1, 1_000, new TreeSet<>(), 1_000, 512, true);
    assertThat(Fit.everFits(plain, image)).isFalse();
    assertThat(Fit.reason(plain, image)).isEqualTo(Refusal.NO_CONTAINERS);
    assertThat(Fit.everFits(engine, image)).isTrue();
  }

  @Test
  void wholeDevicesGoByIndexAndSkipSharedOnes() {
    Room room = new Room(64_000, 512_000, 1000, 500, 1000, 1000);
    assertThat(Fit.grant(four, room, gpus(2)).map(Grant::devices)).contains(List.of(0, 2));
    assertThat(Fit.grant(four, room, gpus(4))).isEmpty();
  }

  @Test
  void shareGoesToTheTightestDevice() {
    Room room = new Room(64_000, 512_000, 1000, 500, 300, 1000);
    assertThat(Fit.grant(four, room, share(300)).map(Grant::devices)).contains(List.of(2));
    assertThat(Fit.grant(four, room, share(400)).map(Grant::devices)).contains(List.of(1));
    assertThat(Fit.grant(four, room, share(999)).map(Grant::devices)).contains(List.of(0));
  }

  @Test
  void coresAndMemoryCountToo() {
    assertThat(Fit.everFits(four, new Shape(1, 1000, new TreeSet<>(), 64_001, 1))).isFalse();
    assertThat(Fit.everFits(four, new Shape(1, 1000, new TreeSet<>(), 1, 512_001))).isFalse();
    assertThat(Fit.everFits(four, new Shape(0, 0, new TreeSet<>(), 64_000, 512_000))).isTrue();
  }

  @Test
  void modelsAreMatchedPerDevice() {
    assertThat(Fit.everFits(four, gpus(1, "H100", "H200"))).isTrue();
    assertThat(Fit.everFits(four, gpus(1, "L20"))).isFalse();
    assertThat(Fit.reason(four, gpus(1, "L20"))).isEqualTo(Refusal.MODEL_MISMATCH);
    assertThat(Fit.reason(four, gpus(9, "H100"))).isEqualTo(Refusal.NO_CAPACITY);
    assertThat(Fit.reason(host(0, "-"), gpus(1, "H100"))).isEqualTo(Refusal.NO_CAPACITY);
  }

  @Test
  void shortageSaysWhatIsShort() {
    Room room = new Room(500, 900, 1000, 0, 0, 200);
    assertThat(Fit.shortage(four, room, new Shape(1, 1000, new TreeSet<>(), 501, 1)))
        .isEqualTo("500 of 64000 milli-CPU free, 501 asked");
    assertThat(Fit.shortage(four, room, new Shape(1, 1000, new TreeSet<>(), 1, 901)))
        .isEqualTo("900 of 512000 MiB memory free, 901 asked");
    assertThat(Fit.shortage(four, Room.all(four), gpus(1, "L20"))).isEqualTo("has H100, L20 asked");
    assertThat(Fit.shortage(four, new Room(64_000, 512_000, 0, 0, 0, 200), share(300)))
        .isEqualTo("200 GPU milli free on 4 GPUs, none with the 300 asked");
  }

  @Test
  void tighterNodeIsDamagedLess() {
    Shape one = new Shape(1, 1000, new TreeSet<>(), 1_000, 1_000);
    assertThat(damage(h100s(1), one)).isLessThan(damage(four, one));
  }

  @Test
  void workWithoutDevicesKeepsAwayFromDevices() {
    Shape cores = new Shape(0, 0, new TreeSet<>(), 1_000, 1_000);
    assertThat(damage(host(0, "-"), cores)).isLessThan(damage(four, cores));
  }

  private static double damage(Inventory inventory, Shape shape) {
    return Choice.best(inventory, Room.all(inventory), shape, Mix.prior()).orElseThrow().damage();
  }
}
