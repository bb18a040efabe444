// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.Confirmation;
import io.mosu.protocol.v1.ContactChanged;
import io.mosu.protocol.v1.Declined;
import io.mosu.protocol.v1.Inquiry;
import io.mosu.protocol.v1.Invitation;
import io.mosu.protocol.v1.Proposal;
import io.mosu.protocol.v1.Reclaim;
import io.mosu.protocol.v1.StartAcknowledged;
import io.mosu.protocol.v1.TaskEnded;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.TenantMessage;
import java.util.List;

/** What a node says to a tenant, of {@code negotiation.proto}. */
final class AnswerCodec {

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              TenantMessage.Proposal.class,
              "tenant.proposal",
              AnswerCodec::encode,
              Proposal.parser(),
              AnswerCodec::decode),
          new Binding<>(
              TenantMessage.Declined.class,
              "tenant.declined",
              AnswerCodec::encode,
              Declined.parser(),
              AnswerCodec::decode),
          new Binding<>(
              TenantMessage.Confirmation.class,
              "tenant.confirmation",
              AnswerCodec::encode,
              Confirmation.parser(),
              AnswerCodec::decode),
          new Binding<>(
              TenantMessage.Inquiry.class,
              "tenant.inquiry",
              AnswerCodec::encode,
              Inquiry.parser(),
              AnswerCodec::decode),
          new Binding<>(
              TenantMessage.StartAcknowledged.class,
              "tenant.start-acknowledged",
              AnswerCodec::encode,
              StartAcknowledged.parser(),
              AnswerCodec::decode),
          new Binding<>(
              TenantMessage.ContactChanged.class,
              "tenant.contact-changed",
              AnswerCodec::encode,
              ContactChanged.parser(),
              AnswerCodec::decode),
          new Binding<>(
              TenantMessage.TaskEnded.class,
              "tenant.task-ended",
              AnswerCodec::encode,
              TaskEnded.parser(),
              AnswerCodec::decode),
          new Binding<>(
              TenantMessage.Reclaim.class,
              "tenant.reclaim",
              AnswerCodec::encode,
              Reclaim.parser(),
              AnswerCodec::decode),
          new Binding<>(
              TenantMessage.Invitation.class,
              "tenant.invitation",
              AnswerCodec::encode,
              Invitation.parser(),
              AnswerCodec::decode));

  private AnswerCodec() {}

  private static Proposal encode(TenantMessage.Proposal proposal) {
    return Proposal.newBuilder()
        .setTenant(proposal.tenant().value())
        .setNegotiation(proposal.negotiation().value())
        .setNode(proposal.node().value())
        .setDamage(proposal.damage())
        .setDigest(ValueCodec.encode(proposal.digest()))
        .build();
  }

  private static TenantMessage.Proposal decode(Proposal proposal) {
    return new TenantMessage.Proposal(
        new TenantId(proposal.getTenant()),
        new NegotiationId(proposal.getNegotiation()),
        new NodeId(proposal.getNode()),
        Check.finite(proposal.getDamage(), "damage"),
        ValueCodec.decode(Check.present(proposal.hasDigest(), proposal.getDigest(), "digest")));
  }

  private static Declined encode(TenantMessage.Declined declined) {
    return Declined.newBuilder()
        .setTenant(declined.tenant().value())
        .setNegotiation(declined.negotiation().value())
        .setNode(declined.node().value())
        .setReason(EnumCodec.encode(declined.reason()))
        .setDetail(declined.detail())
        .setDigest(ValueCodec.encode(declined.digest()))
        .build();
  }

  private static TenantMessage.Declined decode(Declined declined) {
    return new TenantMessage.Declined(
        new TenantId(declined.getTenant()),
        new NegotiationId(declined.getNegotiation()),
        new NodeId(declined.getNode()),
        EnumCodec.decode(declined.getReason()),
        declined.getDetail(),
        ValueCodec.decode(Check.present(declined.hasDigest(), declined.getDigest(), "digest")));
  }

  private static Confirmation encode(TenantMessage.Confirmation confirmation) {
    return Confirmation.newBuilder()
        .setTenant(confirmation.tenant().value())
        .setNegotiation(confirmation.negotiation().value())
        .setNode(confirmation.node().value())
        .setTask(confirmation.task())
        .setToken(confirmation.token())
        .setGrant(ValueCodec.encode(confirmation.grant()))
        .setAddress(confirmation.address())
        .setDigest(ValueCodec.encode(confirmation.digest()))
        .build();
  }

  private static TenantMessage.Confirmation decode(Confirmation confirmation) {
    return new TenantMessage.Confirmation(
        new TenantId(confirmation.getTenant()),
        new NegotiationId(confirmation.getNegotiation()),
        new NodeId(confirmation.getNode()),
        Check.count(confirmation.getTask(), "task"),
        Check.count(confirmation.getToken(), "token"),
        ValueCodec.decode(Check.present(confirmation.hasGrant(), confirmation.getGrant(), "grant")),
        confirmation.getAddress(),
        ValueCodec.decode(
            Check.present(confirmation.hasDigest(), confirmation.getDigest(), "digest")));
  }

  private static Inquiry encode(TenantMessage.Inquiry inquiry) {
    return Inquiry.newBuilder()
        .setTenant(inquiry.tenant().value())
        .setNegotiation(inquiry.negotiation().value())
        .setNode(inquiry.node().value())
        .setJob(ValueCodec.encode(inquiry.job()))
        .build();
  }

  private static TenantMessage.Inquiry decode(Inquiry inquiry) {
    return new TenantMessage.Inquiry(
        new TenantId(inquiry.getTenant()),
        new NegotiationId(inquiry.getNegotiation()),
        new NodeId(inquiry.getNode()),
        ValueCodec.job(inquiry.getJob()));
  }

  private static StartAcknowledged encode(TenantMessage.StartAcknowledged start) {
    return StartAcknowledged.newBuilder()
        .setTenant(start.tenant().value())
        .setNegotiation(start.negotiation().value())
        .setNode(start.node().value())
        .setJob(ValueCodec.encode(start.job()))
        .setRunning(start.running())
        .build();
  }

  private static TenantMessage.StartAcknowledged decode(StartAcknowledged start) {
    return new TenantMessage.StartAcknowledged(
        new TenantId(start.getTenant()),
        new NegotiationId(start.getNegotiation()),
        new NodeId(start.getNode()),
        ValueCodec.job(start.getJob()),
        start.getRunning());
  }

  private static ContactChanged encode(TenantMessage.ContactChanged contact) {
    return ContactChanged.newBuilder()
        .setTenant(contact.tenant().value())
        .setNegotiation(contact.negotiation().value())
        .setNode(contact.node().value())
        .setJob(ValueCodec.encode(contact.job()))
        .setLost(contact.lost())
        .build();
  }

  private static TenantMessage.ContactChanged decode(ContactChanged contact) {
    return new TenantMessage.ContactChanged(
        new TenantId(contact.getTenant()),
        new NegotiationId(contact.getNegotiation()),
        new NodeId(contact.getNode()),
        ValueCodec.job(contact.getJob()),
        contact.getLost());
  }

  private static TaskEnded encode(TenantMessage.TaskEnded ended) {
    return TaskEnded.newBuilder()
        .setTenant(ended.tenant().value())
        .setNegotiation(ended.negotiation().value())
        .setNode(ended.node().value())
        .setJob(ValueCodec.encode(ended.job()))
        .setExit(ValueCodec.encode(ended.exit()))
        .build();
  }

  private static TenantMessage.TaskEnded decode(TaskEnded ended) {
    return new TenantMessage.TaskEnded(
        new TenantId(ended.getTenant()),
        new NegotiationId(ended.getNegotiation()),
        new NodeId(ended.getNode()),
        ValueCodec.job(ended.getJob()),
        ValueCodec.decode(Check.present(ended.hasExit(), ended.getExit(), "exit")));
  }

  private static Reclaim encode(TenantMessage.Reclaim reclaim) {
    return Reclaim.newBuilder()
        .setTenant(reclaim.tenant().value())
        .setNegotiation(reclaim.negotiation().value())
        .setNode(reclaim.node().value())
        .setJob(ValueCodec.encode(reclaim.job()))
        .build();
  }

  private static TenantMessage.Reclaim decode(Reclaim reclaim) {
    return new TenantMessage.Reclaim(
        new TenantId(reclaim.getTenant()),
        new NegotiationId(reclaim.getNegotiation()),
        new NodeId(reclaim.getNode()),
        ValueCodec.job(reclaim.getJob()));
  }

  private static Invitation encode(TenantMessage.Invitation invitation) {
    return Invitation.newBuilder()
        .setTenant(invitation.tenant().value())
        .setNode(invitation.node().value())
        .setDigest(ValueCodec.encode(invitation.digest()))
        .build();
  }

  private static TenantMessage.Invitation decode(Invitation invitation) {
    return new TenantMessage.Invitation(
        new TenantId(invitation.getTenant()),
        new NodeId(invitation.getNode()),
        ValueCodec.decode(Check.present(invitation.hasDigest(), invitation.getDigest(), "digest")));
  }
}
