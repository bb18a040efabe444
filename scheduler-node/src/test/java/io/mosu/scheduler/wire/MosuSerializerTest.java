// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mosu.protocol.v1.CancelJob;
import io.mosu.protocol.v1.ExitKind;
import io.mosu.protocol.v1.FromAgent;
import io.mosu.protocol.v1.JobState;
import io.mosu.protocol.v1.RefusalReason;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeQuery;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MosuSerializerTest {

  private static final ActorTestKit KIT = Systems.start("");
  private static final TestProbe<Wire> PROBE = KIT.createTestProbe(Wire.class);
  private static final Serialization SERIALIZATION =
      SerializationExtension.get(KIT.system().classicSystem());
  private static final MosuSerializer SERIALIZER =
      (MosuSerializer) SERIALIZATION.serializerByIdentity().apply(MosuSerializer.IDENTIFIER);

  /** What never leaves its scheduler node. */
  private static final Set<String> LOCAL =
      Set.of(
          "io.mosu.scheduler.api.ClientStreamActor$ClientLeft",
          "io.mosu.scheduler.api.ClientStreamActor$ClientReady",
          "io.mosu.scheduler.api.ClientStreamActor$FromClient",
          "io.mosu.scheduler.api.ClientStreamActor$Look",
          "io.mosu.scheduler.api.ClientStreamActor$SessionGone",
          "io.mosu.scheduler.api.ClientStreamActor$Skipped",
          "io.mosu.scheduler.api.ClientStreamActor$Socket",
          "io.mosu.scheduler.api.ClientStreamActor$Taken",
          "io.mosu.scheduler.board.BoardActor$Peers",
          "io.mosu.scheduler.board.BoardActor$Published",
          "io.mosu.scheduler.board.BoardActor$Repair",
          "io.mosu.scheduler.board.BoardActor$Tick",
          "io.mosu.scheduler.board.BoardActor$Wanted",
          "io.mosu.scheduler.door.SessionActor$Acked",
          "io.mosu.scheduler.door.SessionActor$Broken",
          "io.mosu.scheduler.door.SessionActor$Closed",
          "io.mosu.scheduler.door.SessionActor$Expired",
          "io.mosu.scheduler.door.SessionActor$Opened",
          "io.mosu.scheduler.door.SessionActor$Received",
          "io.mosu.scheduler.door.SessionActor$Sweep",
          "io.mosu.scheduler.door.SessionStreams$ClientGone",
          "io.mosu.scheduler.journal.JournaledActor$Stop",
          "io.mosu.scheduler.journal.JournaledActor$WakeUp",
          "io.mosu.scheduler.journal.Request",
          "io.mosu.simulation.NodePort$FromAgent",
          "io.mosu.scheduler.journal.WriterActor$Failed",
          "io.mosu.scheduler.journal.WriterActor$Recovered",
          "io.mosu.scheduler.journal.WriterActor$Written");

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  static Stream<Class<?>> types() {
    return SERIALIZER.manifests().keySet().stream().sorted(Comparator.comparing(Class::getName));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("types")
  void everyRecordComesBackAsItWent(Class<?> type) throws Exception {
    Samples samples = new Samples(new SplittableRandom(type.getName().hashCode()), PROBE.ref());
    for (int i = 0; i < 100; i++) {
      Wire value = (Wire) samples.any(type);
      assertSame(throughTheSystem(value), value);
    }
  }

  @Test
  void everyRecordThatTravelsIsBound() {
    Set<String> marked =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.mosu")
                .stream()
                .filter(type -> type.isAssignableTo(Wire.class) && !type.isInterface())
                .map(JavaClass::getName)
                .filter(name -> !LOCAL.contains(name))
                .collect(Collectors.toSet());
    assertThat(SERIALIZER.manifests().keySet())
        .as("what is bound; a record that stays on its scheduler node belongs into LOCAL")
        .extracting(Class::getName)
        .hasSameElementsAs(marked);
  }

  /** Whoever changes one of these makes journals unreadable and mixed clusters deaf. */
  @Test
  void manifestsStayAsTheyAre() {
    Map<String, String> journaled = new TreeMap<>();
    SERIALIZER
        .manifests()
        .forEach(
            (type, manifest) -> {
              if (manifest.contains("-event.") || manifest.contains("-snapshot")) {
                journaled.put(type.getName().replaceFirst(".*[.]", ""), manifest);
              }
            });
    assertThat(journaled)
        .hasSize(27)
        .containsEntry("NodeEvent$AgentForgotten", "node-event.agent-forgotten")
        .containsEntry("NodeEvent$LeaseKept", "node-event.lease-kept")
        .containsEntry("NodeEvent$Frozen", "node-event.frozen")
        .containsEntry("NodeEvent$Thawed", "node-event.thawed")
        .containsEntry("NodeEvent$DeviceGraded", "node-event.device-graded")
        .containsEntry("NodeEvent$Ending", "node-event.ending")
        .containsEntry("NodeEvent$Drained", "node-event.drained")
        .containsEntry("NodeEvent$EpochClaimed", "node-event.epoch")
        .containsEntry("NodeEvent$Registered", "node-event.registered")
        .containsEntry("NodeEvent$Leased", "node-event.leased")
        .containsEntry("NodeEvent$Lost", "node-event.lost")
        .containsEntry("NodeEvent$Released", "node-event.released")
        .containsEntry("NodeLedger", "node-snapshot")
        .containsEntry("TenantEvent$EpochClaimed", "tenant-event.epoch")
        .containsEntry("TenantEvent$Submitted", "tenant-event.submitted")
        .containsEntry("TenantEvent$Deferred", "tenant-event.deferred")
        .containsEntry("TenantEvent$Placed", "tenant-event.placed")
        .containsEntry("TenantEvent$StopRequested", "tenant-event.stop-requested")
        .containsEntry("TenantEvent$TaskEnded", "tenant-event.task-ended")
        .containsEntry("TenantEvent$Preempted", "tenant-event.preempted")
        .containsEntry("TenantEvent$QuotaSet", "tenant-event.quota-set")
        .containsEntry("TenantEvent$Held", "tenant-event.held")
        .containsEntry("TenantEvent$Prioritised", "tenant-event.prioritised")
        .containsEntry("TenantEvent$RequeueRequested", "tenant-event.requeue-requested")
        .containsEntry("TenantEvent$Requeued", "tenant-event.requeued")
        .containsEntry("TenantEvent$Ended", "tenant-event.ended")
        .containsEntry("TenantLedger", "tenant-snapshot");
    assertThat(SERIALIZER.identifier()).isEqualTo(47_001);
  }

  @Test
  void unknownManifestIsNamed() {
    assertThatThrownBy(() -> SERIALIZER.fromBinary(new byte[0], "node-event.painted"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("node-event.painted");
  }

  @Test
  void unboundClassIsNamed() {
    Wire unbound = new Wire() {};
    assertThatThrownBy(() -> SERIALIZER.toBinary(unbound))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(unbound.getClass().getName());
    assertThatThrownBy(() -> SERIALIZER.manifest(unbound))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(unbound.getClass().getName());
    assertThatThrownBy(() -> SERIALIZER.toBinary("text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void negativeCountsAndMissingPartsAreRefused() {
    byte[] negative = CancelJob.newBuilder().setNumber(-1).build().toByteArray();
    assertThatThrownBy(() -> SERIALIZER.fromBinary(negative, "ask.cancel"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("number is -1");
    assertThatThrownBy(() -> SERIALIZER.fromBinary(new byte[0], "node-event.leased"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no lease");
    assertThatThrownBy(() -> SERIALIZER.fromBinary(new byte[0], "node.withdrawal"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node id");
  }

  @Test
  void onlyWhatAgentsSayIsTakenForAReport() {
    byte[] query = SERIALIZER.toBinary(new NodeQuery.Show());
    byte[] bytes =
        FromAgent.newBuilder()
            .setSession("pekko://wire/user/session")
            .setReport(
                io.mosu.protocol.v1.Enclosed.newBuilder()
                    .setManifest("ask.node")
                    .setPayload(com.google.protobuf.ByteString.copyFrom(query)))
            .build()
            .toByteArray();
    assertThatThrownBy(() -> SERIALIZER.fromBinary(bytes, "from-agent"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no agent says a Show");
  }

  @Test
  void damagedBytesGiveARecordOrAnArgumentError() {
    SplittableRandom random = new SplittableRandom(47_001);
    Samples samples = new Samples(random, PROBE.ref());
    List<Class<?>> types = types().toList();
    for (int i = 0; i < 5_000; i++) {
      Wire value = (Wire) samples.any(types.get(random.nextInt(types.size())));
      byte[] damaged = Damaged.from(SERIALIZER.toBinary(value), random);
      try {
        assertThat(SERIALIZER.fromBinary(damaged, SERIALIZER.manifest(value)))
            .isInstanceOf(value.getClass());
      } catch (IllegalArgumentException | NotSerializableException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void enumsAreMappedByName() {
    for (Refusal refusal : Refusal.values()) {
      assertThat(EnumCodec.encode(refusal).name()).isEqualTo("REFUSAL_REASON_" + refusal);
      assertThat(EnumCodec.decode(EnumCodec.encode(refusal))).isEqualTo(refusal);
    }
    for (Exit.Kind kind : Exit.Kind.values()) {
      assertThat(EnumCodec.encode(kind).name()).isEqualTo("EXIT_KIND_" + kind);
      assertThat(EnumCodec.decode(EnumCodec.encode(kind))).isEqualTo(kind);
    }
    for (var state : io.mosu.scheduler.tenant.JobState.values()) {
      assertThat(EnumCodec.encode(state).name()).isEqualTo("JOB_STATE_" + state);
      assertThat(EnumCodec.decode(EnumCodec.encode(state))).isEqualTo(state);
    }
    assertThatThrownBy(() -> EnumCodec.decode(RefusalReason.REFUSAL_REASON_UNSPECIFIED))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EnumCodec.decode(ExitKind.UNRECOGNIZED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ExitKind");
    assertThatThrownBy(() -> EnumCodec.decode(JobState.UNRECOGNIZED))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nestingHasABound() {
    byte[] groups = new byte[200];
    Arrays.fill(groups, (byte) 0x7b); // field 15, start of a group
    assertThatThrownBy(() -> SERIALIZER.fromBinary(groups, "node-event.epoch"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node-event.epoch");
  }

  private static Object throughTheSystem(Wire value) throws Exception {
    byte[] bytes = SERIALIZATION.serialize(value).get();
    int id = SERIALIZATION.findSerializerFor(value).identifier();
    return SERIALIZATION.deserialize(bytes, id, SERIALIZER.manifest(value)).get();
  }

  private static void assertSame(Object actual, Wire expected) {
    if (expected instanceof LogRead.Piece || expected instanceof StreamSaid) {
      assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }
}
