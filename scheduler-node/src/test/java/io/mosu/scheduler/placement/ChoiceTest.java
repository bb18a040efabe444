// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import static io.mosu.testing.Specimens.host;
import static io.mosu.testing.Specimens.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ChoiceTest {
  private static final Mix HALVES_AND_WHOLES = mix(Map.of(share(500), 5.0, gpus(1), 5.0));

  @Test
  void shareFillsADeviceThatIsBegunAndKeepsAWholeOne() {
    Room room = new Room(64_000, 512_000, 1000, 500, 1000, 700);
    assertThat(best(host(4, "H100"), room, share(500), HALVES_AND_WHOLES).grant().devices())
        .containsExactly(1);
  }

  @Test
  void shareIsPutWhereWhatStaysIsOfUseThoughItIsNotTightest() {
    Mix mix = mix(Map.of(share(300), 5.0, share(200), 5.0));
    Room room = new Room(64_000, 512_000, 400, 500);
    assertThat(best(host(2, "H100"), room, share(300), mix).grant().devices())
        .as("of 400 there would stay 100, which nobody wants")
        .containsExactly(1);
  }

  @Test
  void whoNamesNoModelLeavesTheSoughtOneToThoseWhoDo() {
    Shape named = new Shape(1, 1000, new TreeSet<>(List.of("H100")), 1_000, 1_000);
    Mix mix =
        Mix.of(
            Map.of(Mix.Kind.of(named), 5.0, Mix.Kind.of(gpus(1)), 5.0),
            Map.of("H100", 8_000L, "T4", 8_000L));
    assertThat(damage(host(4, "T4"), gpus(1), mix))
        .isLessThan(damage(host(4, "H100"), gpus(1), mix));
    assertThat(mix.scarcity("H100")).isEqualTo(1);
    assertThat(mix.scarcity("T4")).isZero();
  }

  @Test
  void handfulOfASoughtModelDoesNotHideAnother() {
    Shape few = new Shape(1, 1000, new TreeSet<>(List.of("A10")), 1_000, 1_000);
    Shape many = new Shape(1, 1000, new TreeSet<>(List.of("T4")), 1_000, 1_000);
    Mix mix =
        Mix.of(
            Map.of(Mix.Kind.of(few), 5.0, Mix.Kind.of(many), 95.0),
            Map.of("A10", 1_000L, "T4", 99_000L));
    assertThat(mix.scarcity("T4")).isGreaterThan(0.9);
  }

  @Test
  void coresThatDevicesNeedAreSpared() {
    Shape cores = new Shape(0, 0, new TreeSet<>(), 16_000, 1_000);
    Inventory inventory = host(4, "H100");
    Room rich = new Room(64_000, 512_000, 1000, 0, 0, 0);
    Room tight = new Room(32_000, 512_000, 1000, 900, 900, 900);
    assertThat(best(inventory, rich, cores, HALVES_AND_WHOLES).damage())
        .isLessThan(best(inventory, tight, cores, HALVES_AND_WHOLES).damage());
  }

  @RepeatedTest(500)
  void whatIsChosenFitsWheneverAnythingDoes(RepetitionInfo info) {
    SplittableRandom random = new SplittableRandom(info.getCurrentRepetition());
    int devices = random.nextInt(1, 9);
    Inventory inventory = host(devices, "H100");
    int[] milli = IntStream.range(0, devices).map(i -> 10 * random.nextInt(101)).toArray();
    Room room = new Room(random.nextInt(64_001), random.nextInt(512_001), milli);
    Shape shape =
        random.nextBoolean() ? share(10 * random.nextInt(1, 100)) : gpus(random.nextInt(9));
    var plain = Fit.grant(inventory, room, shape);
    var choice = Choice.best(inventory, room, shape, HALVES_AND_WHOLES);
    assertThat(choice.isPresent()).isEqualTo(plain.isPresent());
    choice.ifPresent(
        best -> {
          assertThat(room.minus(best.grant()).valid()).isTrue();
          assertThat(best.grant().devices()).hasSize(shape.gpus());
          assertThat(best.damage()).isFinite();
        });
  }

  private static Choice best(Inventory inventory, Room room, Shape shape, Mix mix) {
    return Choice.best(inventory, room, shape, mix).orElseThrow();
  }

  private static double damage(Inventory inventory, Shape shape, Mix mix) {
    return best(inventory, Room.all(inventory), shape, mix).damage();
  }

  private static Mix mix(Map<Shape, Double> shapes) {
    Map<Mix.Kind, Double> kinds = new HashMap<>();
    shapes.forEach((shape, times) -> kinds.put(Mix.Kind.of(shape), times));
    return Mix.of(kinds, Map.of("H100", 8_000L));
  }

  private static Shape gpus(int count) {
    return new Shape(count, count == 0 ? 0 : 1000, new TreeSet<>(), 8_000, 1_000);
  }
}
