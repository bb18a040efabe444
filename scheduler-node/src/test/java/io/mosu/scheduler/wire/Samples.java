// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.DeviceHealth;
import io.mosu.scheduler.node.Drain;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.node.Standing;
import io.mosu.scheduler.placement.Fit;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.TenantLedger;
import io.mosu.scheduler.tenant.TenantQuery;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/** Makes records of any class by chance, edge values among them. */
final class Samples {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "node-7",
          "-",
          "上海/浦东-3",
          "0 GPUs free, 8 asked",
          "e\u0301\ud83d\ude80",
          "x".repeat(200));

  private final SplittableRandom random;
  private final ActorRef<Wire> actor;

  Samples(SplittableRandom random, ActorRef<Wire> actor) {
    this.random = random;
    this.actor = actor;
  }

  <T> T any(Class<T> type) {
    return type.cast(make(type, ""));
  }

  private Object make(Type type, String name) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic);
    }
    Class<?> known = (Class<?>) type;
    Object special = special(known);
    if (special != null) {
      return special;
    } else if (known == int.class) {
      return number(name);
    } else if (known == long.class) {
      return random.nextInt(4) == 0 ? edge() : random.nextLong(1L << random.nextInt(1, 63));
    } else if (known == boolean.class) {
      return random.nextBoolean();
    } else if (known == double.class) {
      return random.nextInt(4) == 0 ? 0.0 : random.nextDouble(-1e9, 1e9);
    } else if (known == String.class) {
      return text(name);
    } else if (known.isEnum()) {
      Object[] values = known.getEnumConstants();
      return values[random.nextInt(values.length)];
    } else if (known.isSealed()) {
      Class<?>[] permitted = known.getPermittedSubclasses();
      return make(permitted[random.nextInt(permitted.length)], name);
    }
    return make(known);
  }

  private Object generic(ParameterizedType type) {
    if (type.getRawType() == ActorRef.class) {
      return actor;
    }
    Type element = type.getActualTypeArguments()[0];
    if (type.getRawType() == Optional.class) {
      return random.nextBoolean() ? Optional.empty() : Optional.of(make(element, ""));
    } else if (type.getRawType() == List.class) {
      return IntStream.range(0, random.nextInt(4)).mapToObj(i -> make(element, "")).toList();
    }
    throw new IllegalArgumentException("no samples of " + type);
  }

  private Object make(Class<?> known) {
    RecordComponent[] parts = known.getRecordComponents();
    try {
      Constructor<?> constructor =
          known.getDeclaredConstructor(
              Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return constructor.newInstance(
          Arrays.stream(parts).map(part -> make(part.getGenericType(), part.getName())).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no sample of " + known, e);
    }
  }

  private @Nullable Object special(Class<?> type) {
    if (type == Shape.class) {
      return shape();
    } else if (type == Inventory.class) {
      return inventory();
    } else if (type == Room.class) {
      return room();
    } else if (type == Grant.class) {
      int[] devices = random.ints(random.nextInt(9), 0, 64).sorted().distinct().toArray();
      List<Integer> indices = Arrays.stream(devices).boxed().toList();
      return new Grant(indices, random.nextInt(1001), number(""), number(""));
    } else if (type == Quota.class) {
      long guaranteed = random.nextLong(1L << 20);
      return random.nextBoolean()
          ? Quota.NONE
          : new Quota(
              guaranteed, guaranteed + random.nextLong(1L << 20), 1 + random.nextInt(1_000));
    } else if (type == Exit.class) {
      return new Exit(any(Exit.Kind.class), random.nextInt(256));
    } else if (type == JobId.class) {
      return new JobId(any(TenantId.class), random.nextLong(1, 1_000_000_000_000_000_000L));
    } else if (type == TaskSpec.class) {
      return task();
    } else if (type == LogRead.Piece.class) {
      return piece();
    } else if (type == StreamPart.Data.class) {
      return data();
    } else if (type == DeviceHealth.class) {
      return new DeviceHealth(
          any(DeviceHealth.Grade.class),
          random.nextBoolean(),
          text(""),
          text(""),
          random.nextLong(1L << 40),
          number(""),
          random.nextLong(1L << 40),
          HashTreePMap.singleton(text(""), random.nextLong()));
    } else if (type == Drain.class) {
      return random.nextBoolean() ? Drain.NONE : new Drain(text(""), 7, 9, 0, random.nextBoolean());
    } else if (type == NodeQuery.Drain.class) {
      return new NodeQuery.Drain(random.nextInt(9), random.nextInt(9), 9, text(""));
    } else if (type == Standing.class) {
      return new Standing(
          HashTreePMap.singleton("GPU-1", any(DeviceHealth.class)),
          HashTreePMap.empty(),
          any(Drain.class));
    } else if (type == DeviceSign.class) {
      return new DeviceSign("GPU-7", "xid-79", text(""), random.nextLong());
    } else if (type == NodeLedger.class) {
      return nodeLedger();
    } else if (type == TenantLedger.class) {
      return tenantLedger();
    } else if (type == Wire.class) {
      return any(TenantQuery.class);
    }
    return null;
  }

  private String text(String name) {
    String text = TEXTS.get(random.nextInt(TEXTS.size()));
    return name.equals("value") && text.isEmpty() ? "id" : text;
  }

  private long edge() {
    return random.nextBoolean() ? 0 : Long.MAX_VALUE;
  }

  private int number(String name) {
    return switch (name) {
      case "nodes" -> random.nextInt(1, 1025);
      case "masterPort", "port" -> random.nextInt(65_536);
      case "rows", "columns" -> random.nextInt(StreamOpen.SIDE_MAX + 1);
      case "exitCode" -> random.nextInt(256);
      case "bytesMax" -> random.nextInt(LogRead.BYTES_MAX + 1);
      case "priority" -> random.nextInt(-100, 101);
      case "tasks" -> random.nextInt(1_000_001);
      default ->
          random.nextInt(4) == 0
              ? (random.nextBoolean() ? 0 : Integer.MAX_VALUE)
              : random.nextInt(1 << random.nextInt(1, 31));
    };
  }

  private Shape shape() {
    int gpus = random.nextInt(4);
    int milli = gpus == 0 ? 0 : gpus == 1 ? random.nextInt(1, 1001) : 1000;
    TreeSet<String> models = new TreeSet<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      models.add(text(""));
    }
    return new Shape(gpus, milli, models, random.nextInt(8_000), random.nextInt(64_000));
  }

  private Inventory inventory() {
    List<Device> devices = new ArrayList<>();
    int count = random.nextInt(5) == 0 ? Inventory.DEVICES_MAX : random.nextInt(9);
    for (int i = 0; i < count; i++) {
      devices.add(
          new Device(
              i, text(""), number(""), text(""), random.nextInt(-1, 8), random.nextInt(-1, 8)));
    }
    return new Inventory(
        text(""),
        text(""),
        text(""),
        128_000,
        1_000_000,
        devices,
        random.nextBoolean(),
        random.nextBoolean());
  }

  private Room room() {
    return new Room(number(""), number(""), random.ints(random.nextInt(65), 0, 1001).toArray());
  }

  private TaskSpec task() {
    SortedMap<String, String> env = new TreeMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      env.put(text(""), text(""));
    }
    return new TaskSpec(
        IntStream.range(0, random.nextInt(5)).mapToObj(i -> text("")).toList(),
        env,
        IntStream.range(0, random.nextInt(3)).mapToObj(i -> 8_080 + i).toList(),
        random.nextBoolean(),
        random.nextBoolean() ? Ending.DEFAULT : new Ending("HUP", 0, 90_000, "USR2", 9),
        random.nextBoolean() ? "" : "example.org/image",
        random.nextBoolean() ? "" : "0f".repeat(32),
        random.nextBoolean());
  }

  private LogRead.Piece piece() {
    byte[] bytes = new byte[random.nextInt(40) == 0 ? LogRead.BYTES_MAX : random.nextInt(100)];
    random.nextBytes(bytes);
    return new LogRead.Piece(
        random.nextBoolean(), random.nextLong(1L << 40), bytes, random.nextBoolean());
  }

  private StreamPart.Data data() {
    byte[] bytes = new byte[random.nextInt(40) == 0 ? StreamPart.BYTES_MAX : random.nextInt(100)];
    random.nextBytes(bytes);
    return new StreamPart.Data(any(StreamPart.Channel.class), bytes, random.nextBoolean());
  }

  private NodeLedger nodeLedger() {
    if (random.nextInt(5) == 0) {
      return NodeLedger.BLANK;
    }
    Inventory inventory = inventory();
    Room free = Room.all(inventory);
    PMap<NegotiationId, Lease> leases = HashTreePMap.empty();
    for (int token = 1; token <= random.nextInt(6); token++) {
      Shape asked = shape();
      Shape shape = new Shape(asked.gpus(), asked.gpuMilli(), new TreeSet<>(), 500, 100);
      Optional<Grant> grant = Fit.grant(inventory, free, shape);
      if (grant.isPresent()) {
        free = free.minus(grant.get());
        NegotiationId id = new NegotiationId("n/" + token);
        leases =
            leases.plus(id, new Lease(id, any(JobId.class), token, token, grant.get(), 1_000L));
      }
    }
    PSet<Long> lost = HashTreePSet.empty();
    for (Lease lease : leases.values()) {
      lost = random.nextBoolean() ? lost.plus(lease.token()) : lost;
    }
    return NodeLedger.of(random.nextLong(9), Optional.of(inventory), 9, leases, lost);
  }

  private TenantLedger tenantLedger() {
    TenantId tenant = any(TenantId.class);
    List<Job> active = new ArrayList<>();
    List<Job> ended = new ArrayList<>();
    for (long number = 1; number <= random.nextInt(8); number++) {
      Job job = any(Job.class);
      Job numbered =
          new Job(
              new JobId(tenant, number),
              job.spec(),
              "key" + number,
              job.submittedMs(),
              job.state(),
              job.attempt(),
              job.failures(),
              job.losses(),
              job.cancelled(),
              job.placement(),
              job.decision(),
              job.endedMs(),
              job.exitCode(),
              job.setback(),
              job.preemptions(),
              job.stand());
      (job.state().terminal() ? ended : active).add(numbered);
    }
    return TenantLedger.of(
        tenant, random.nextLong(99), 99, active, ended, random.nextLong(1 << 20), any(Quota.class));
  }
}
