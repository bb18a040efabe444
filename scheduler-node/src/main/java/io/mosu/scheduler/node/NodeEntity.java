// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.journal.JournaledActor;
import io.mosu.scheduler.journal.JournaledActor.Surroundings;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand;
import io.mosu.scheduler.negotiation.TenantMessage;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.jspecify.annotations.Nullable;

/** The sharded actor around one {@link GpuNode}. It knows the agent's session and no rule. */
public final class NodeEntity implements NodeFold {

  public static final EntityTypeKey<Wire> TYPE_KEY = EntityTypeKey.create(Wire.class, "Node");

  private static final int SNAPSHOT_EVERY = 500;

  /** What an agent said, and the session on the door through which it can be answered. */
  public record FromAgent(ActorRef<Wire> session, HostReport report) implements Wire {}

  /** Asks for a piece of a log; answered by a {@link LogRead.Piece} or a {@link Refused}. */
  public record ReadLog(LogRead read, ActorRef<Wire> replyTo) implements Wire {}

  /**
   * Asks for a stream; answered by {@link StreamRouted} or a {@link Refused}, then by what the
   * agent says.
   */
  public record OpenStream(StreamOpen open, ActorRef<Wire> client) implements Wire {}

  /** The stream's parts go to that session, as of {@code stream}. */
  public record StreamRouted(ActorRef<Wire> session, long stream) implements Wire {}

  private final NodeId id;
  private final NodeTerms terms;
  private final HealthPolicy policy;
  private final Demand demand;
  private final Consumer<TenantMessage> tenants;
  private final Consumer<NodeEffect.Publish> board;
  private final Sessions<ActorRef<Wire>> sessions = new Sessions<>();
  private @Nullable GpuNode rules;
  private Optional<NodeView.Gauged> gauged = Optional.empty();

  public static Behavior<Wire> create(
      NodeId id,
      NodeTerms terms,
      HealthPolicy policy,
      Demand demand,
      Consumer<TenantMessage> tenants,
      Consumer<NodeEffect.Publish> board,
      Surroundings around) {
    return JournaledActor.create(
        PersistenceId.of(TYPE_KEY.name(), id.value()),
        new NodeEntity(id, terms, policy, demand, tenants, board),
        around,
        SNAPSHOT_EVERY);
  }

  private NodeEntity(
      NodeId id,
      NodeTerms terms,
      HealthPolicy policy,
      Demand demand,
      Consumer<TenantMessage> tenants,
      Consumer<NodeEffect.Publish> board) {
    this.id = id;
    this.terms = terms;
    this.policy = policy;
    this.demand = demand;
    this.tenants = tenants;
    this.board = board;
  }

  @Override
  public GpuNode rules(NodeLedger ledger, Moment now) {
    GpuNode fresh = new GpuNode(id, ledger, terms, policy, demand, now);
    rules = fresh;
    return fresh;
  }

  @Override
  public @Nullable Wire receive(Wire message) {
    if (message instanceof FromAgent from
        && from.report() instanceof HostReport.Measured measured) {
      if (rules != null && speaks(measured, rules.ledger())) {
        gauged = Optional.of(new NodeView.Gauged(measured.figures(), System.currentTimeMillis()));
      }
      return null; // for people: no rule looks at it, and a new owner hears it anew
    } else if (message instanceof FromAgent from) {
      sessions.heard(from.report(), from.session());
      return from.report();
    } else if (message instanceof ReadLog read) {
      ActorRef<Wire> session = rules == null ? null : sessions.speaking(rules.ledger());
      if (session == null) {
        read.replyTo().tell(new Refused(Refusal.NO_LOG, "no agent speaks for node " + id));
      } else {
        session.tell(read);
      }
      return null;
    } else if (message instanceof OpenStream open) {
      ActorRef<Wire> session = rules == null ? null : sessions.speaking(rules.ledger());
      if (session == null) {
        open.client().tell(new Refused(Refusal.UNREACHABLE, "no agent speaks for node " + id));
      } else {
        session.tell(open);
      }
      return null;
    }
    return message;
  }

  private static boolean speaks(HostReport report, NodeLedger ledger) {
    return ledger.speaker().map(Speaker::life).orElse(0L) == report.life();
  }

  @Override
  public boolean readOnly(Wire message) {
    return message instanceof HostReport.Renewal
        || message instanceof NodeQuery.Show
        || (message instanceof HostReport.Hello hello
            && rules != null
            && rules.ledger().knows(hello));
  }

  @Override
  public void carryOut(NodeEffect effect, Askers askers) {
    if (effect instanceof NodeEffect.TellTenant tell) {
      tenants.accept(tell.message());
    } else if (effect instanceof NodeEffect.TellAgent tell) {
      ActorRef<Wire> session = rules == null ? null : sessions.of(tell.order(), rules.ledger());
      if (session != null) {
        session.tell(tell.order());
      }
    } else if (effect instanceof NodeEffect.Publish publish) {
      board.accept(publish);
    } else if (effect instanceof NodeEffect.Reply reply) {
      Wire answer = reply.answer();
      askers.answer(reply.asker(), answer instanceof NodeView view ? view.with(gauged) : answer);
    }
  }
}
