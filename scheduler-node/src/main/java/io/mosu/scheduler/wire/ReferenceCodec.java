// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import com.google.protobuf.ByteString;
import io.mosu.protocol.v1.Asked;
import io.mosu.protocol.v1.Enclosed;
import io.mosu.protocol.v1.FromAgent;
import io.mosu.protocol.v1.NodeLogRead;
import io.mosu.protocol.v1.NodeStreamOpen;
import io.mosu.protocol.v1.StreamRouted;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.journal.JournaledActor;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import java.util.List;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;

/** Messages that carry references to actors, and so mean something within one cluster only. */
final class ReferenceCodec {
  private final Supplier<ActorRefResolver> resolver;
  private final BindingTable enclosable;

  /**
   * @param enclosable what may be enclosed in another message
   */
  ReferenceCodec(Supplier<ActorRefResolver> resolver, BindingTable enclosable) {
    this.resolver = resolver;
    this.enclosable = enclosable;
  }

  List<Binding<?, ?>> bindings() {
    return List.of(
        new Binding<>(
            JournaledActor.Asked.class, "asked", this::encode, Asked.parser(), this::decode),
        new Binding<>(
            NodeEntity.FromAgent.class,
            "from-agent",
            this::encode,
            FromAgent.parser(),
            this::decode),
        new Binding<>(
            NodeEntity.ReadLog.class, "read-log", this::encode, NodeLogRead.parser(), this::decode),
        new Binding<>(
            NodeEntity.OpenStream.class,
            "open-stream",
            this::encode,
            NodeStreamOpen.parser(),
            this::decode),
        new Binding<>(
            NodeEntity.StreamRouted.class,
            "stream-routed",
            this::encode,
            StreamRouted.parser(),
            this::decode));
  }

  private Asked encode(JournaledActor.Asked asked) {
    return Asked.newBuilder()
        .setQuery(enclose(asked.query()))
        .setReplyTo(write(asked.replyTo()))
        .build();
  }

  private JournaledActor.Asked decode(Asked asked) {
    return new JournaledActor.Asked(
        open(Check.present(asked.hasQuery(), asked.getQuery(), "query")),
        reference(asked.getReplyTo()));
  }

  private FromAgent encode(NodeEntity.FromAgent from) {
    return FromAgent.newBuilder()
        .setSession(write(from.session()))
        .setReport(enclose(from.report()))
        .build();
  }

  private NodeEntity.FromAgent decode(FromAgent from) {
    Wire report = open(Check.present(from.hasReport(), from.getReport(), "report"));
    if (!(report instanceof HostReport hostReport)) {
      throw new IllegalArgumentException("no agent says a " + report.getClass().getSimpleName());
    }
    return new NodeEntity.FromAgent(reference(from.getSession()), hostReport);
  }

  private NodeLogRead encode(NodeEntity.ReadLog read) {
    return NodeLogRead.newBuilder()
        .setRead(HostCodec.encode(read.read()))
        .setReplyTo(write(read.replyTo()))
        .build();
  }

  private NodeEntity.ReadLog decode(NodeLogRead read) {
    return new NodeEntity.ReadLog(
        HostCodec.decode(Check.present(read.hasRead(), read.getRead(), "read")),
        reference(read.getReplyTo()));
  }

  private NodeStreamOpen encode(NodeEntity.OpenStream asked) {
    return NodeStreamOpen.newBuilder()
        .setOpen(StreamCodec.encode(asked.open()))
        .setClient(write(asked.client()))
        .build();
  }

  private NodeEntity.OpenStream decode(NodeStreamOpen asked) {
    return new NodeEntity.OpenStream(
        StreamCodec.decode(Check.present(asked.hasOpen(), asked.getOpen(), "open")),
        reference(asked.getClient()));
  }

  private StreamRouted encode(NodeEntity.StreamRouted routed) {
    return StreamRouted.newBuilder()
        .setSession(write(routed.session()))
        .setStream(routed.stream())
        .build();
  }

  private NodeEntity.StreamRouted decode(StreamRouted routed) {
    return new NodeEntity.StreamRouted(
        reference(routed.getSession()), Check.count(routed.getStream(), "stream"));
  }

  private Enclosed enclose(Wire value) {
    return Enclosed.newBuilder()
        .setManifest(enclosable.manifest(value))
        .setPayload(ByteString.copyFrom(enclosable.write(value)))
        .build();
  }

  private Wire open(Enclosed enclosed) {
    return enclosable
        .binding(enclosed.getManifest())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "nothing to enclose: %s".formatted(enclosed.getManifest())))
        .read(enclosed.getPayload().toByteArray());
  }

  private String write(ActorRef<Wire> reference) {
    return resolver.get().toSerializationFormat(reference);
  }

  private ActorRef<Wire> reference(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("no reference to answer to");
    }
    return resolver.get().resolveActorRef(text);
  }
}
