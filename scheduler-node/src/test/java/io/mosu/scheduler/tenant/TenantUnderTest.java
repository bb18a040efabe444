// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import static io.mosu.testing.Specimens.ACME;
import static io.mosu.testing.Specimens.at;
import static io.mosu.testing.Specimens.h100s;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.negotiation.Terms;
import io.mosu.testing.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A tenant's rules with a board, a clock and a journal; its nodes are played by the test. */
final class TenantUnderTest {

  static final TenantTerms TERMS =
      new TenantTerms(new Terms(2, 200, 2_000, 2, 500, 2_000, 8), 4, 2, 60_000, 10_000);

  final Board board = new Board(0, new SplittableRandom(1));
  private final List<TenantEvent> journal = new ArrayList<>();
  private long tickMs = 1;
  private long lastAsker;
  private long lastToken;
  private Tenant rules;

  TenantUnderTest() {
    rules = recover();
  }

  Tenant rules() {
    return rules;
  }

  Job job(long number) {
    Job job = rules.ledger().job(number);
    if (job == null) {
      throw new AssertionError("no job " + number);
    }
    return job;
  }

  List<TenantEvent> journal() {
    return List.copyOf(journal);
  }

  void node(String node, int gpus) {
    board.await(Set.of());
    board.offer(new Offering(digest(node, gpus), h100s(gpus)));
  }

  /** All devices of the node are leased. */
  void full(String node, int gpus) {
    board.learn(new Digest(new NodeId(node), 1, 2, new Room(0, 0, new int[gpus]), 1, true));
  }

  /** All devices of the node are leased to those who borrowed them. */
  void lent(String node, int gpus) {
    long all = (1L << gpus) - 1;
    Room none = new Room(0, 0, new int[gpus]);
    board.learn(new Digest(new NodeId(node), 1, 3, none, 1, true, false, 0, false, all, false));
  }

  static Digest digest(String node, int gpus) {
    return new Digest(new NodeId(node), 1, 1, Room.all(h100s(gpus)), 0, true);
  }

  Recorded<TenantEvent, TenantEffect> hear(Wire message) {
    Recorded<TenantEvent, TenantEffect> out = new Recorded<>();
    rules.on(message, at(tickMs), out);
    journal.addAll(out.events());
    return out;
  }

  Recorded<TenantEvent, TenantEffect> pass(long ms) {
    tickMs += ms;
    Recorded<TenantEvent, TenantEffect> out = new Recorded<>();
    rules.wake(at(tickMs), out);
    journal.addAll(out.events());
    return out;
  }

  Recorded<TenantEvent, TenantEffect> ask(TenantQuery query) {
    return hear(new Request(++lastAsker, query));
  }

  Recorded<TenantEvent, TenantEffect> submit(JobSpec spec, String key) {
    return ask(new TenantQuery.Submit(spec, key));
  }

  /** Submits a gang and plays its nodes until it is placed on all of them. */
  NegotiationId place(JobSpec spec, String... nodes) {
    Recorded<TenantEvent, TenantEffect> out = submit(spec, "");
    NegotiationId negotiation = said(out, NodeMessage.CallForProposals.class).get(0).negotiation();
    List<NodeMessage.Award> awards = new ArrayList<>();
    for (String node : nodes) {
      awards.addAll(said(propose(negotiation, node), NodeMessage.Award.class));
    }
    for (NodeMessage.Award award : awards) {
      confirm(award);
    }
    return negotiation;
  }

  Recorded<TenantEvent, TenantEffect> propose(NegotiationId negotiation, String node) {
    return hear(
        new TenantMessage.Proposal(ACME, negotiation, new NodeId(node), 1, digest(node, 8)));
  }

  Recorded<TenantEvent, TenantEffect> confirm(NodeMessage.Award award) {
    return hear(
        new TenantMessage.Confirmation(
            ACME,
            award.negotiation(),
            award.node(),
            award.task(),
            ++lastToken,
            new Grant(List.of(0), 1000, 1, 1),
            "10.0.0.1",
            digest(award.node().value(), 8)));
  }

  Recorded<TenantEvent, TenantEffect> ended(
      NegotiationId negotiation, String node, long number, Exit.Kind kind, int code) {
    return hear(
        new TenantMessage.TaskEnded(
            ACME,
            negotiation,
            new NodeId(node),
            io.mosu.testing.Specimens.job(number),
            new Exit(kind, code)));
  }

  Recorded<TenantEvent, TenantEffect> inquire(NegotiationId negotiation, String node, long number) {
    return hear(
        new TenantMessage.Inquiry(
            ACME, negotiation, new NodeId(node), io.mosu.testing.Specimens.job(number)));
  }

  void crash() {
    rules = recover();
  }

  /** The last event was not written. */
  void crashBefore(TenantEvent last) {
    journal.remove(last);
    rules = recover();
  }

  private Tenant recover() {
    TenantLedger ledger = TenantLedger.blank(ACME);
    for (TenantEvent event : journal) {
      ledger = ledger.apply(event);
    }
    TenantEvent claim = new TenantEvent.EpochClaimed(ledger.epoch() + 1);
    journal.add(claim);
    return new Tenant(ACME, ledger.apply(claim), TERMS, board, new SplittableRandom(1), at(tickMs));
  }

  static <T extends NodeMessage> List<T> said(
      Recorded<TenantEvent, TenantEffect> out, Class<T> kind) {
    return out.effects().stream()
        .filter(TenantEffect.TellNode.class::isInstance)
        .map(effect -> ((TenantEffect.TellNode) effect).message())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  static <T extends Wire> List<T> answered(Recorded<TenantEvent, TenantEffect> out, Class<T> kind) {
    return out.effects().stream()
        .filter(TenantEffect.Reply.class::isInstance)
        .map(effect -> ((TenantEffect.Reply) effect).answer())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }
}
