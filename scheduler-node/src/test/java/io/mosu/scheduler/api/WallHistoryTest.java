// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.api.WallFrame.Cell;
import io.mosu.scheduler.api.WallFrame.Happening;
import io.mosu.scheduler.api.WallFrame.Happening.Kind;
import io.mosu.scheduler.api.WallFrame.Members;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WallHistoryTest {
  private static final Members MEMBERS = new Members(3, 3);

  private final WallHistory history = new WallHistory();
  private long nowMs;

  @Test
  void aTickHasOnlyTheNodesThatChangedAndASnapshotHasAll() {
    read(List.of(node("a", true, 1000, 0), node("b", true, 1000)), List.of());
    WallFrame quiet = read(List.of(node("a", true, 1000, 0), node("b", true, 1000)), List.of());
    WallFrame tick = read(List.of(node("a", true, 1000, 0), node("b", true, 250)), List.of());
    assertThat(quiet.nodes()).isEmpty();
    assertThat(tick.nodes()).extracting(Cell::id).containsExactly("b");
    assertThat(tick.nodes().get(0).used()).containsExactly(750);
    assertThat(history.snapshot().nodes()).extracting(Cell::id).containsExactly("a", "b");
  }

  @Test
  void lossAndReturnOfANodeAreTold() {
    read(List.of(node("a", true, 0)), List.of());
    assertThat(kinds(read(List.of(node("a", false, 0)), List.of()))).containsExactly(Kind.LOST);
    assertThat(kinds(read(List.of(node("a", true, 0), node("b", true, 0)), List.of())))
        .containsExactly(Kind.BACK, Kind.JOINED);
    assertThat(kinds(history.snapshot())).containsExactly(Kind.LOST, Kind.BACK, Kind.JOINED);
  }

  @Test
  void whatWasThereBeforeTheFirstReadingIsNoNews() {
    WallFrame first = read(List.of(node("a", false, 0)), List.of(tenant("t", 5, 7, 1_000)));
    assertThat(first.happenings()).isEmpty();
    assertThat(first.totals().placedPerSecond()).isZero();
  }

  @Test
  void placementsAreCountedOverTheLastReadings() {
    read(List.of(), List.of(tenant("t", 9, 0, 0)));
    WallFrame placed = read(List.of(), List.of(tenant("t", 5, 4, 0)));
    assertThat(placed.totals().placedPerSecond()).isEqualTo(4.0);
    assertThat(placed.happenings())
        .containsExactly(new Happening(nowMs, Kind.PLACED, "t", null, 4));
    WallFrame ended = read(List.of(), List.of(tenant("t", 5, 1, 3)));
    assertThat(ended.totals().placedPerSecond()).isEqualTo(2.0);
    assertThat(kinds(ended)).containsExactly(Kind.ENDED);
    for (int i = 0; i < 6; i++) {
      ended = read(List.of(), List.of(tenant("t", 5, 1, 3)));
    }
    assertThat(ended.totals().placedPerSecond()).isZero();
  }

  @Test
  void manyTenantsDoNotPushALostNodeOffTheTicker() {
    List<DemandDigest> before =
        IntStream.range(0, 50).mapToObj(i -> tenant("t" + i, 9, 0, 0)).toList();
    List<DemandDigest> after =
        IntStream.range(0, 50).mapToObj(i -> tenant("t" + i, 0, 9, 0)).toList();
    read(List.of(node("a", true, 0)), before);
    WallFrame tick = read(List.of(node("a", false, 0)), after);
    assertThat(kinds(tick)).containsExactly(Kind.LOST, Kind.PLACED, Kind.PLACED, Kind.PLACED);
    assertThat(tick.tenants()).hasSize(14);
    assertThat(tick.totals().running()).isEqualTo(450);
  }

  private WallFrame read(List<Offering> nodes, List<DemandDigest> tenants) {
    nowMs += 1_000;
    return history.read(nodes, tenants, MEMBERS, nowMs);
  }

  private static List<Kind> kinds(WallFrame frame) {
    return frame.happenings().stream().map(Happening::kind).toList();
  }

  private static Offering node(String id, boolean up, int... freeMilli) {
    List<Device> devices =
        IntStream.range(0, freeMilli.length)
            .mapToObj(i -> new Device(i, "H100", 81_559, id + "-" + i))
            .toList();
    return new Offering(
        new Digest(new NodeId(id), 1, 1, new Room(1_000, 1_000, freeMilli), 0, up),
        new Inventory("aurora", "east", "10.0.0.1", 1_000, 1_000, devices, true));
  }

  private static DemandDigest tenant(String id, int queued, int running, long ended) {
    return new DemandDigest(new TenantId(id), 1, 1, queued, running, ended, 0, 0, 0, List.of());
  }
}
