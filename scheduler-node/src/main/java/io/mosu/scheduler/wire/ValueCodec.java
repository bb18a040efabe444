// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.EnvironmentVariable;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The values of {@code common.proto} that speak of hosts and of what is asked of them. */
final class ValueCodec {

  private static final int EXIT_CODE_MAX = 999;

  /** The most devices that a list may name: one host's. */
  private static final int DEVICES_MAX = Inventory.DEVICES_MAX;

  private static final Pattern JOB_NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

  private ValueCodec() {}

  static String encode(JobId job) {
    if (job.number() < 1) {
      throw new IllegalArgumentException("no job number: " + job.number());
    }
    return job.toString();
  }

  static JobId job(String text) {
    int dash = text.lastIndexOf('-');
    String number = text.substring(dash + 1);
    if (dash <= 0 || !JOB_NUMBER.matcher(number).matches()) {
      throw new IllegalArgumentException("no job id, of %d characters".formatted(text.length()));
    }
    return new JobId(new TenantId(text.substring(0, dash)), Long.parseLong(number));
  }

  static io.mosu.protocol.v1.Inventory encode(Inventory inventory) {
    var builder =
        io.mosu.protocol.v1.Inventory.newBuilder()
            .setSupplier(inventory.supplier())
            .setSite(inventory.site())
            .setAddress(inventory.address())
            .setCpuMilli(inventory.cpuMilli())
            .setMemoryMib(inventory.memoryMib())
            .setProcesses(inventory.processes())
            .setContainers(inventory.containers());
    for (Device device : inventory.devices()) {
      builder.addDevices(
          io.mosu.protocol.v1.Device.newBuilder()
              .setIndex(device.index())
              .setModel(device.model())
              .setMemoryMib(device.memoryMib())
              .setUuid(device.uuid())
              .setIsland(device.island() + 1)
              .setNuma(device.numa() + 1));
    }
    return builder.build();
  }

  static Inventory decode(io.mosu.protocol.v1.Inventory inventory) {
    return new Inventory(
        Check.text(inventory.getSupplier(), "supplier"),
        Check.text(inventory.getSite(), "site"),
        Check.text(inventory.getAddress(), "address"),
        inventory.getCpuMilli(),
        inventory.getMemoryMib(),
        Check.atMost(DEVICES_MAX, inventory.getDevicesList(), "devices").stream()
            .map(ValueCodec::decode)
            .toList(),
        inventory.getProcesses(),
        inventory.getContainers());
  }

  private static Device decode(io.mosu.protocol.v1.Device device) {
    return new Device(
        device.getIndex(),
        Check.text(device.getModel(), "model"),
        Check.count(device.getMemoryMib(), "memory_mib"),
        Check.text(device.getUuid(), "uuid"),
        Check.between(device.getIsland(), 0, DEVICES_MAX, "island") - 1,
        Check.count(device.getNuma(), "numa") - 1);
  }

  static io.mosu.protocol.v1.Room encode(Room room) {
    var builder =
        io.mosu.protocol.v1.Room.newBuilder()
            .setCpuMilli(room.cpuMilli())
            .setMemoryMib(room.memoryMib());
    for (int device = 0; device < room.devices(); device++) {
      builder.addGpuMilli(room.gpuMilli(device));
    }
    return builder.build();
  }

  static Room decode(io.mosu.protocol.v1.Room room) {
    int[] gpuMilli = new int[Check.atMost(DEVICES_MAX, room.getGpuMilliList(), "devices").size()];
    for (int device = 0; device < gpuMilli.length; device++) {
      gpuMilli[device] = room.getGpuMilli(device);
    }
    Room decoded = new Room(room.getCpuMilli(), room.getMemoryMib(), gpuMilli);
    if (!decoded.valid()) {
      throw new IllegalArgumentException("no room: " + decoded);
    }
    return decoded;
  }

  static io.mosu.protocol.v1.Digest encode(Digest digest) {
    return io.mosu.protocol.v1.Digest.newBuilder()
        .setNode(digest.node().value())
        .setEpoch(digest.epoch())
        .setVersion(digest.version())
        .setFree(encode(digest.free()))
        .setLeases(digest.leases())
        .setReachable(digest.reachable())
        .setDraining(digest.draining())
        .setResting(digest.resting())
        .setFaulty(digest.faulty())
        .setLent(digest.lent())
        .setKept(digest.kept())
        .build();
  }

  static Digest decode(io.mosu.protocol.v1.Digest digest) {
    return new Digest(
        new NodeId(digest.getNode()),
        Check.count(digest.getEpoch(), "epoch"),
        Check.count(digest.getVersion(), "version"),
        decode(Check.present(digest.hasFree(), digest.getFree(), "free")),
        Check.count(digest.getLeases(), "leases"),
        digest.getReachable(),
        digest.getDraining(),
        digest.getFaulty(),
        digest.getResting(),
        digest.getLent(),
        digest.getKept());
  }

  static io.mosu.protocol.v1.Quota encode(Quota quota) {
    return io.mosu.protocol.v1.Quota.newBuilder()
        .setGuaranteedMilli(quota.guaranteedMilli())
        .setLimitMilli(quota.limitMilli())
        .setWeight(quota.weight())
        .build();
  }

  static Quota decode(io.mosu.protocol.v1.Quota quota) {
    long limit = Check.between(quota.getLimitMilli(), 0, Quota.MILLI_MAX, "limit_milli");
    return new Quota(
        Check.between(quota.getGuaranteedMilli(), 0, limit, "guaranteed_milli"),
        limit,
        Check.between(quota.getWeight(), 1, Quota.WEIGHT_MAX, "weight"));
  }

  static io.mosu.protocol.v1.Shape encode(Shape shape) {
    return io.mosu.protocol.v1.Shape.newBuilder()
        .setGpus(shape.gpus())
        .setGpuMilli(shape.gpuMilli())
        .addAllModels(shape.models())
        .setCpuMilli(shape.cpuMilli())
        .setMemoryMib(shape.memoryMib())
        .setContainer(shape.container())
        .build();
  }

  static Shape decode(io.mosu.protocol.v1.Shape shape) {
    return new Shape(
        shape.getGpus(),
        shape.getGpuMilli(),
        new TreeSet<>(shape.getModelsList()),
        shape.getCpuMilli(),
        shape.getMemoryMib(),
        shape.getContainer());
  }

  static io.mosu.protocol.v1.Grant encode(Grant grant) {
    return io.mosu.protocol.v1.Grant.newBuilder()
        .addAllDevices(grant.devices())
        .setGpuMilli(grant.gpuMilli())
        .setCpuMilli(grant.cpuMilli())
        .setMemoryMib(grant.memoryMib())
        .build();
  }

  static Grant decode(io.mosu.protocol.v1.Grant grant) {
    int previous = -1;
    for (int device : Check.atMost(DEVICES_MAX, grant.getDevicesList(), "devices")) {
      previous = Check.between(device, previous + 1, DEVICES_MAX - 1, "device");
    }
    return new Grant(
        grant.getDevicesList(),
        Check.between(grant.getGpuMilli(), 0, Device.WHOLE_MILLI, "gpu_milli"),
        Check.count(grant.getCpuMilli(), "cpu_milli"),
        Check.count(grant.getMemoryMib(), "memory_mib"));
  }

  static io.mosu.protocol.v1.Rank encode(Rank rank) {
    return io.mosu.protocol.v1.Rank.newBuilder()
        .setPriority(rank.priority())
        .setSinceMs(rank.sinceMs())
        .setJob(encode(rank.job()))
        .build();
  }

  static Rank decode(io.mosu.protocol.v1.Rank rank) {
    return new Rank(
        rank.getPriority(), Check.count(rank.getSinceMs(), "since_ms"), job(rank.getJob()));
  }

  static io.mosu.protocol.v1.Exit encode(Exit exit) {
    return io.mosu.protocol.v1.Exit.newBuilder()
        .setKind(EnumCodec.encode(exit.kind()))
        .setCode(exit.code())
        .build();
  }

  static Exit decode(io.mosu.protocol.v1.Exit exit) {
    return new Exit(
        EnumCodec.decode(exit.getKind()),
        Check.between(exit.getCode(), 0, EXIT_CODE_MAX, "exit code"));
  }

  static io.mosu.protocol.v1.Speaker encode(Speaker speaker) {
    return io.mosu.protocol.v1.Speaker.newBuilder()
        .setAgent(speaker.agent())
        .setIncarnation(speaker.incarnation())
        .setBoot(speaker.boot())
        .setPlace(speaker.place())
        .setLife(speaker.life())
        .build();
  }

  static Speaker decode(io.mosu.protocol.v1.Speaker speaker) {
    return new Speaker(
        speaker.getAgent(),
        Check.count(speaker.getIncarnation(), "incarnation"),
        speaker.getBoot(),
        speaker.getPlace(),
        speaker.getLife());
  }

  static io.mosu.protocol.v1.TaskSpec encode(TaskSpec task) {
    var builder = io.mosu.protocol.v1.TaskSpec.newBuilder().addAllCommand(task.command());
    task.env()
        .forEach(
            (name, value) ->
                builder.addEnv(EnvironmentVariable.newBuilder().setName(name).setValue(value)));
    Ending ending = task.ending();
    if (!ending.equals(Ending.DEFAULT)) {
      builder.setEnding(
          io.mosu.protocol.v1.Ending.newBuilder()
              .setStopSignal(ending.stopSignal())
              .setStopGraceMs(ending.stopGraceMs())
              .setTimeLimitMs(ending.timeLimitMs())
              .setWarnSignal(ending.warnSignal())
              .setWarnBeforeMs(ending.warnBeforeMs()));
    }
    return builder
        .addAllPorts(task.ports())
        .setTerminal(task.terminal())
        .setImage(task.image())
        .setWorkdir(task.workdir())
        .setKeepOnLostContact(task.keep())
        .build();
  }

  static TaskSpec decode(io.mosu.protocol.v1.TaskSpec task) {
    SortedMap<String, String> env = new TreeMap<>();
    for (EnvironmentVariable variable : task.getEnvList()) {
      if (env.put(variable.getName(), variable.getValue()) != null) {
        throw new IllegalArgumentException("environment variable twice: " + variable.getName());
      }
    }
    Check.atMost(TaskSpec.PORTS_MAX, task.getPortsList(), "ports");
    return new TaskSpec(
        task.getCommandList(),
        env,
        task.getPortsList(),
        task.getTerminal(),
        task.hasEnding() ? decode(task.getEnding()) : Ending.DEFAULT,
        Check.text(task.getImage(), "image"),
        Check.text(task.getWorkdir(), "workdir"),
        task.getKeepOnLostContact());
  }

  private static Ending decode(io.mosu.protocol.v1.Ending ending) {
    return new Ending(
        ending.getStopSignal(),
        ending.getStopGraceMs(),
        ending.getTimeLimitMs(),
        ending.getWarnSignal(),
        ending.getWarnBeforeMs());
  }

  static io.mosu.protocol.v1.JobSpec encode(JobSpec spec) {
    var builder =
        io.mosu.protocol.v1.JobSpec.newBuilder()
            .setName(spec.name())
            .setProject(spec.project())
            .setNodes(spec.nodes())
            .setShape(encode(spec.shape()))
            .setPriority(spec.priority())
            .setRetries(spec.retries())
            .setTask(encode(spec.task()));
    if (!spec.conditions().equals(Conditions.NONE)) {
      builder.setConditions(StandCodec.encode(spec.conditions()));
    }
    return builder.build();
  }

  static JobSpec decode(io.mosu.protocol.v1.JobSpec spec) {
    return new JobSpec(
        spec.getName(),
        spec.getProject(),
        spec.getNodes(),
        decode(Check.present(spec.hasShape(), spec.getShape(), "shape")),
        spec.getPriority(),
        spec.getRetries(),
        decode(Check.present(spec.hasTask(), spec.getTask(), "task")),
        spec.hasConditions() ? StandCodec.decode(spec.getConditions()) : Conditions.NONE);
  }
}
