// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.board;

import static io.mosu.testing.Specimens.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.negotiation.Supply.Possibility;
import io.mosu.scheduler.placement.Choice;
import io.mosu.scheduler.placement.Fit;
import io.mosu.scheduler.placement.Mix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BoardTest {

  private final Board board = new Board(0, new SplittableRandom(1));

  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  @Test
  void whatArrivesIsToldToOtherBoardsOnceAndTeachesThemTheSame() {
    Board other = new Board(0, new SplittableRandom(2));
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 200; i++) {
      board.arrived(shape(random), 1 + random.nextInt(3));
      if (i % 10 == 9) {
        other.expect(board.arrivals());
        assertThat(board.arrivals()).isEmpty();
      }
    }
    board.arrived(shape(random), 1_000); // enough to look at all of it anew
    other.expect(board.arrivals());
    Inventory inventory = inventory("H100", 8);
    for (int i = 0; i < 50; i++) {
      Shape shape = shape(random);
      assertThat(Choice.best(inventory, Room.all(inventory), shape, other.mix()))
          .isEqualTo(Choice.best(inventory, Room.all(inventory), shape, board.mix()));
    }
  }

  /**
   * The index must name the nodes that scoring all of them would name, whatever happened before.
   */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void candidatesAreThoseOfAFullScan(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<NodeId, Offering> nodes = new HashMap<>();
    for (int step = 1; step < 300; step++) {
      NodeId node = new NodeId("n" + random.nextInt(20));
      Offering before = nodes.get(node);
      Inventory inventory =
          before == null
              ? inventory(random.nextBoolean() ? "H100" : "A100", random.nextInt(9))
              : before.inventory();
      int[] milli = random.ints(inventory.devices().size(), 0, 5).map(m -> m * 250).toArray();
      Room room = new Room(random.nextInt(96_000), random.nextInt(1_000_000), milli);
      Offering offering = new Offering(new Digest(node, 1, step, room, 0, true), inventory);
      nodes.put(node, offering);
      if (random.nextBoolean()) {
        board.learn(offering.digest());
      }
      board.offer(offering);
      Shape shape = shape(random);
      List<NodeId> expected =
          nodes.values().stream()
              .filter(o -> Fit.grant(o.inventory(), o.digest().free(), shape).isPresent())
              .sorted(
                  Comparator.comparingDouble((Offering o) -> damage(o, shape))
                      .thenComparing(o -> o.digest().node()))
              .limit(4)
              .map(o -> o.digest().node())
              .toList();
      assertThat(board.candidates(shape, 4, Set.of(), at(0))).isEqualTo(expected);
    }
  }

  @Test
  void anOlderWordOfANodeChangesNothing() {
    board.offer(offering("n1", 2, 5, 8, true));
    assertThat(board.offer(offering("n1", 2, 4, 1, true))).isFalse();
    assertThat(board.offer(offering("n1", 1, 9, 1, true))).isFalse();
    assertThat(board.offerings()).containsExactly(offering("n1", 2, 5, 8, true));
  }

  @Test
  void aNodeThatOthersFillComesLastUntilTheyForget() {
    board.offer(offering("n1", 1, 1, 1, true));
    board.offer(offering("n2", 1, 1, 8, true));
    board.intend(new NegotiationId("x"), new NodeId("n1"), gpus(1), 100);
    assertThat(board.candidates(gpus(1), 4, Set.of(), at(0)))
        .containsExactly(new NodeId("n2"), new NodeId("n1"));
    board.forget(new NegotiationId("x"));
    assertThat(board.candidates(gpus(1), 4, Set.of(), at(0)))
        .containsExactly(new NodeId("n1"), new NodeId("n2"));
  }

  @Test
  void anIntentWhoseAskerCrashedEndsByItself() {
    board.offer(offering("n1", 1, 1, 1, true));
    board.offer(offering("n2", 1, 1, 8, true));
    board.intend(new NegotiationId("x"), new NodeId("n1"), gpus(1), 100);
    assertThat(board.candidates(gpus(1), 1, Set.of(), at(99))).containsExactly(new NodeId("n2"));
    assertThat(board.candidates(gpus(1), 1, Set.of(), at(100))).containsExactly(new NodeId("n1"));
  }

  @Test
  void aNodeWithASilentAgentIsNoCandidateButStillCountsAsPossible() {
    board.offer(offering("n1", 1, 1, 8, false));
    assertThat(board.candidates(gpus(8), 4, Set.of(), at(0))).isEmpty();
    assertThat(board.possibility(gpus(8), 1)).isEqualTo(Possibility.POSSIBLE);
  }

  @Test
  void nothingIsImpossibleBeforeTheInventoryIsLoaded() {
    assertThat(board.possibility(gpus(9), 1)).isEqualTo(Possibility.UNKNOWN);
    board.await(Set.of(new NodeId("n1"), new NodeId("n2")));
    board.offer(offering("n1", 1, 1, 8, true));
    assertThat(board.possibility(gpus(9), 1)).isEqualTo(Possibility.UNKNOWN);
    board.offer(offering("n2", 1, 1, 8, true));
    assertThat(board.possibility(gpus(9), 1)).isEqualTo(Possibility.IMPOSSIBLE);
    assertThat(board.possibility(gpus(8), 3)).isEqualTo(Possibility.IMPOSSIBLE);
    assertThat(board.possibility(gpus(8), 2)).isEqualTo(Possibility.POSSIBLE);
  }

  @Test
  void byChanceDrawsOthersThanTheBest() {
    Board chancy = new Board(1, new SplittableRandom(1));
    IntStream.range(0, 50).forEach(i -> chancy.offer(offering("n" + i, 1, 1, 8, true)));
    Set<NodeId> drawn = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      List<NodeId> asked = chancy.candidates(gpus(1), 4, Set.of(), at(0));
      assertThat(asked).hasSizeBetween(3, 4).doesNotHaveDuplicates();
      drawn.addAll(asked);
    }
    assertThat(drawn).hasSizeGreaterThan(20);
  }

  @Test
  void whyNoNodeHasRoomIsCountedByReason() {
    board.offer(offering("n1", 1, 1, 0, true));
    board.offer(offering("n2", 1, 1, 1, true));
    board.offer(offering("n3", 1, 1, 8, false));
    assertThat(board.explain(gpus(2)))
        .containsExactly(
            new RefusalCount(Refusal.NO_CAPACITY, 2, new NodeId("n1"), "0 of 8 GPUs free, 2 asked"),
            new RefusalCount(Refusal.UNREACHABLE, 1, new NodeId("n3"), "its agent is silent"));
  }

  @Test
  void theTenantWithTheLeastUseIsMostDeserving() {
    List<TenantId> fitting = new ArrayList<>();
    board.want(demand("rich", 8_000, gpus(1)));
    board.want(demand("poor", 1_000, gpus(1)));
    board.want(demand("huge", 0, gpus(9)));
    fitting.addAll(board.deserving(inventory("H100", 8), new Room(96_000, 1_000, 1000), 2));
    assertThat(fitting).containsExactly(new TenantId("poor"), new TenantId("rich"));
  }

  private static DemandDigest demand(String tenant, long usedMilli, Shape shape) {
    return new DemandDigest(
        new TenantId(tenant), 1, 1, 1, 0, 0, 1_000, usedMilli, 1, List.of(shape));
  }

  private static Shape gpus(int gpus) {
    return new Shape(gpus, 1000, new TreeSet<>(), 0, 0);
  }

  private static Shape shape(SplittableRandom random) {
    int gpus = random.nextInt(4);
    boolean share = gpus == 1 && random.nextBoolean();
    TreeSet<String> models = new TreeSet<>();
    if (gpus > 0 && random.nextInt(3) == 0) {
      models.add("A100");
    }
    return new Shape(
        gpus, gpus == 0 ? 0 : share ? 500 : Device.WHOLE_MILLI, models, random.nextInt(8_000), 0);
  }

  @Test
  void drainedAndFaultyNodesSaySo() {
    Room room = new Room(96_000, 1_000_000, 0, 0, 0, 0, 0, 0, 0, 0);
    Digest faulty = new Digest(new NodeId("n1"), 1, 1, room, 6, true, false, 3, false, 0, false);
    Digest drained = new Digest(new NodeId("n2"), 1, 1, room, 8, true, true, 0, false, 0, false);
    board.offer(new Offering(faulty, inventory("H100", 8)));
    board.offer(new Offering(drained, inventory("H100", 8)));
    assertThat(board.explain(gpus(2)))
        .containsExactlyInAnyOrder(
            new RefusalCount(
                Refusal.DEVICE_FAULT, 1, new NodeId("n1"), "2 of 8 GPUs are out for their health"),
            new RefusalCount(Refusal.DRAINING, 1, new NodeId("n2"), "drained by an operator"));
    assertThat(board.explain(gpus(3)))
        .contains(
            new RefusalCount(
                Refusal.NO_CAPACITY, 1, new NodeId("n1"), "0 of 8 GPUs free, 3 asked"));
  }

  @Test
  void drainedNodeIsNoCandidate() {
    Room room = Room.all(inventory("H100", 8));
    board.offer(
        new Offering(
            new Digest(new NodeId("n1"), 1, 1, room, 0, true, true, 0, false, 0, false),
            inventory("H100", 8)));
    assertThat(board.candidates(gpus(1), 4, Set.of(), new Moment(0, 0))).isEmpty();
  }

  @Test
  void nodesThatLackLeastAreAskedToKeepRoom() {
    board.offer(offering("n1", 1, 1, 2, true));
    board.offer(offering("n2", 1, 1, 6, true));
    board.offer(offering("n3", 1, 1, 7, false));
    assertThat(board.lacking(gpus(8), 4, Set.of(), false))
        .containsExactly(new NodeId("n2"), new NodeId("n1"));
    assertThat(board.lacking(gpus(9), 4, Set.of(), false)).isEmpty();
    Room none = new Room(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    Digest lent = new Digest(new NodeId("n4"), 1, 1, none, 6, true, false, 0, false, 0xff, false);
    board.offer(new Offering(lent, inventory("H100", 8)));
    assertThat(board.lacking(gpus(8), 4, Set.of(), true))
        .containsExactly(new NodeId("n4"), new NodeId("n2"), new NodeId("n1"));
    assertThat(board.lacking(gpus(8), 1, Set.of(new NodeId("n4")), true))
        .containsExactly(new NodeId("n2"));
  }

  @Test
  void thoseBelowTheirGuaranteeComeFirstThenLeastUseForTheWeight() {
    long most = Quota.NONE.limitMilli();
    want("a", 4_000, new Quota(0, most, 1));
    want("b", 6_000, new Quota(0, most, 2));
    want("c", 7_000, new Quota(8_000, most, 1));
    Room room = Room.all(inventory("H100", 8));
    assertThat(board.deserving(inventory("H100", 8), room, 3))
        .containsExactly(new TenantId("c"), new TenantId("b"), new TenantId("a"));
    assertThat(board.borrowedMilli(new TenantId("a"))).isEqualTo(4_000);
    assertThat(board.borrowedMilli(new TenantId("c"))).isZero();
    assertThat(board.borrowedMilli(new TenantId("nobody"))).isZero();
  }

  private void want(String tenant, long usedMilli, Quota quota) {
    board.want(
        new DemandDigest(
            new TenantId(tenant), 1, 1, 1, 1, 0, 1_000, usedMilli, 7, List.of(gpus(1)), quota));
  }

  private static double damage(Offering offering, Shape shape) {
    Room room = offering.digest().free();
    return Choice.best(offering.inventory(), room, shape, Mix.prior()).orElseThrow().damage();
  }

  private static Offering offering(
      String node, long epoch, long version, int wholeFree, boolean reachable) {
    int[] milli = IntStream.range(0, 8).map(i -> i < wholeFree ? 1000 : 0).toArray();
    return new Offering(
        new Digest(
            new NodeId(node), epoch, version, new Room(96_000, 1_000_000, milli), 0, reachable),
        inventory("H100", 8));
  }

  private static Inventory inventory(String model, int gpus) {
    return new Inventory(
        "aurora",
        "east",
        "127.0.0.1",
        96_000,
        1_000_000,
        IntStream.range(0, gpus).mapToObj(i -> new Device(i, model, 81_920, "u" + i)).toList(),
        false);
  }
}
