// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.host.HostFigures.DeviceFigures;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.node.DeviceHealth;
import io.mosu.scheduler.node.Drain;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node with its leases. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record NodeDetail(
    @JsonUnwrapped NodeSummary node,
    long ownerEpoch,
    List<HeldLease> leaseList,
    List<DeviceState> devices,
    @Nullable DrainPlan drain,
    @Nullable String frozenUntil,
    @Nullable HostShown host) {

  /**
   * A device as the API shows it; the parts after its health are there if it has shown a sign.
   *
   * @param health OK, SUSPECT or QUARANTINED
   * @param stays whether only an operator brings it back
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record DeviceState(
      int index,
      String uuid,
      String model,
      int memoryMib,
      String health,
      @Nullable String code,
      @Nullable String detail,
      @Nullable Boolean stays,
      @Nullable String since,
      @Nullable Integer failures,
      @Nullable Long island,
      @Nullable Long numa,
      @Nullable Long busyPercent,
      @Nullable Long memoryUsedMib,
      @Nullable Long temperatureC,
      @Nullable Long powerW) {}

  /** A drain, begun or planned. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record DrainPlan(
      String reason,
      boolean begun,
      @Nullable String from,
      @Nullable String deadline,
      @Nullable String until) {}

  /** A lease as the API shows it. */
  record HeldLease(
      long token, String negotiation, String tenant, String job, List<Task> tasks, String state) {}

  /** What of the node one task holds. */
  record Task(int rank, List<Integer> devices, int milli) {}

  /** The view of a node that may not have registered since the board learned of it. */
  static NodeDetail of(NodeView view, Inventory known) {
    return new NodeDetail(
        NodeSummary.of(new Offering(view.digest(), view.inventory().orElse(known))),
        view.digest().epoch(),
        view.leases().stream().map(NodeDetail::lease).toList(),
        view.inventory().orElse(known).devices().stream()
            .map(
                device ->
                    device(device, view.standing().of(device.uuid()), gauged(view, device.uuid())))
            .toList(),
        view.standing().drain().planned() ? drain(view.standing().drain()) : null,
        view.freeze().thawed() ? null : Json.time(view.freeze().untilMs()),
        view.gauged().map(HostShown::of).orElse(null));
  }

  private static DeviceFigures gauged(NodeView view, String uuid) {
    return view.gauged().stream()
        .flatMap(gauged -> gauged.figures().devices().stream())
        .filter(device -> device.uuid().equals(uuid))
        .findFirst()
        .orElse(DeviceFigures.unknown(uuid));
  }

  private static DeviceState device(Device device, DeviceHealth health, DeviceFigures figures) {
    boolean graded = !health.code().isEmpty();
    return new DeviceState(
        device.index(),
        device.uuid(),
        device.model(),
        device.memoryMib(),
        health.grade().name(),
        graded ? health.code() : null,
        graded ? health.detail() : null,
        health.offered() ? null : health.stays(),
        Json.time(health.sinceMs()),
        health.strikes() > 0 ? health.strikes() : null,
        HostShown.known(device.island()),
        HostShown.known(device.numa()),
        HostShown.known(figures.busyPercent()),
        HostShown.known(figures.memoryUsedMib()),
        HostShown.known(figures.temperatureC()),
        HostShown.known(figures.powerW()));
  }

  private static DrainPlan drain(Drain drain) {
    return new DrainPlan(
        drain.reason(),
        drain.begun(),
        Json.time(drain.fromMs()),
        Json.time(drain.deadlineMs()),
        Json.time(drain.untilMs()));
  }

  private static HeldLease lease(NodeView.LeaseView view) {
    Lease lease = view.lease();
    return new HeldLease(
        lease.token(),
        lease.negotiation().value(),
        lease.job().tenant().value(),
        lease.job().toString(),
        List.of(new Task(lease.task(), lease.grant().devices(), lease.grant().gpuMilli())),
        switch (view.phase()) {
          case "PROVISIONAL" -> "PROVISIONAL";
          case "STARTING", "ACTIVE" -> "ACTIVE";
          default -> "ENDING";
        });
  }
}
