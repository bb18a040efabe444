// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.HostMeasured;
import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.host.HostFigures.DeviceFigures;
import io.mosu.scheduler.host.HostFigures.RoundTrip;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import java.util.List;

/** What hosts measure, as Protobuf. */
final class FiguresCodec {

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              HostReport.Measured.class,
              "host.measured",
              FiguresCodec::encode,
              HostMeasured.parser(),
              FiguresCodec::decode));

  private FiguresCodec() {}

  static HostMeasured encode(HostReport.Measured measured) {
    return HostMeasured.newBuilder()
        .setNode(measured.node().value())
        .setFigures(encode(measured.figures()))
        .setLife(measured.life())
        .build();
  }

  static HostReport.Measured decode(HostMeasured measured) {
    return new HostReport.Measured(
        new NodeId(measured.getNode()),
        decode(Check.present(measured.hasFigures(), measured.getFigures(), "figures")),
        measured.getLife());
  }

  static io.mosu.protocol.v1.HostFigures encode(HostFigures figures) {
    var builder =
        io.mosu.protocol.v1.HostFigures.newBuilder()
            .setCpuPermille(figures.cpuPermille())
            .setMemoryUsedMib(figures.memoryUsedMib())
            .setDiskFreeMib(figures.diskFreeMib())
            .setReceivedBps(figures.receivedBps())
            .setSentBps(figures.sentBps());
    for (DeviceFigures device : figures.devices()) {
      builder.addDevices(
          io.mosu.protocol.v1.DeviceFigures.newBuilder()
              .setUuid(device.uuid())
              .setBusyPercent(device.busyPercent())
              .setMemoryUsedMib(device.memoryUsedMib())
              .setTemperatureC(device.temperatureC())
              .setPowerW(device.powerW()));
    }
    for (RoundTrip trip : figures.roundTrips()) {
      builder.addRoundTrips(
          io.mosu.protocol.v1.RoundTrip.newBuilder().setTo(trip.to()).setMicros(trip.micros()));
    }
    return builder.build();
  }

  static HostFigures decode(io.mosu.protocol.v1.HostFigures figures) {
    if (figures.getDevicesCount() > Inventory.DEVICES_MAX
        || figures.getRoundTripsCount() > HostFigures.ROUND_TRIPS_MAX) {
      throw new IllegalArgumentException("too many figures");
    }
    return new HostFigures(
        figures.getCpuPermille(),
        figures.getMemoryUsedMib(),
        figures.getDiskFreeMib(),
        figures.getReceivedBps(),
        figures.getSentBps(),
        figures.getDevicesList().stream()
            .map(
                device ->
                    new DeviceFigures(
                        device.getUuid(),
                        device.getBusyPercent(),
                        device.getMemoryUsedMib(),
                        device.getTemperatureC(),
                        device.getPowerW()))
            .toList(),
        figures.getRoundTripsList().stream()
            .map(trip -> new RoundTrip(trip.getTo(), trip.getMicros()))
            .toList());
  }
}
