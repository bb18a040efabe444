// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Writes the agent's journal and its ledger, all that gathered during one write with the next.
 * While the disk fails it keeps what it has and tries on: nothing that depends on it happens
 * meanwhile.
 */
final class JournalActor extends AbstractBehavior<JournalActor.Command> {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  sealed interface Command {}

  /**
   * Keeps {@code deeds} and then {@code lines}, then runs {@code kept}, which must only tell
   * somebody. What the journal has ended, the ledger has too: after a crash in between it is said
   * twice rather than never.
   *
   * @param force whether the lines must outlive a crash of the host
   */
  record Keep(NodeId node, List<Deed> deeds, List<JournalLine> lines, boolean force, Runnable kept)
      implements Command {}

  /** Lets the guard know until when the node's tasks may run. */
  record KeepLease(NodeId node, long untilTickMs, long graceMs) implements Command {}

  private record DueDeed(NodeId node, Deed deed) {}

  private enum Write implements Command {
    NOW
  }

  private final JournalFile journal;
  private final TaskFiles files;
  private final TimerScheduler<Command> timers;
  private final List<Keep> gathered = new ArrayList<>();
  private final Deque<DueDeed> due = new ArrayDeque<>();
  private boolean failing;

  static Behavior<Command> create(JournalFile journal, TaskFiles files) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new JournalActor(context, timers, journal, files)));
  }

  private JournalActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      JournalFile journal,
      TaskFiles files) {
    super(context);
    context.setLoggerName(JournalActor.class);
    this.timers = timers;
    this.journal = journal;
    this.files = files;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Keep.class, this::onKeep)
        .onMessage(KeepLease.class, this::onKeepLease)
        .onMessage(Write.class, write -> onWrite())
        .build();
  }

  private Behavior<Command> onKeep(Keep keep) {
    if (gathered.isEmpty()) {
      getContext().getSelf().tell(Write.NOW); // behind what waits in the mailbox already
    }
    gathered.add(keep);
    keep.deeds().forEach(deed -> due.addLast(new DueDeed(keep.node(), deed)));
    return this;
  }

  private Behavior<Command> onKeepLease(KeepLease lease) {
    try {
      files.lease(lease.node(), lease.untilTickMs(), lease.graceMs());
    } catch (IOException failure) {
      getContext().getLog().warn("lease not noted, the guard may end tasks", failure);
    }
    return this;
  }

  private Behavior<Command> onWrite() {
    try {
      for (DueDeed first = due.peek(); first != null; first = due.peek()) {
        files.record(first.node(), first.deed());
        due.remove();
      }
      journal.append(
          gathered.stream().flatMap(keep -> keep.lines().stream()).toList(),
          gathered.stream().anyMatch(Keep::force));
      gathered.forEach(keep -> keep.kept().run());
      gathered.clear();
      failing = false;
    } catch (IOException failure) {
      if (!failing) {
        getContext()
            .getLog()
            .error("journal or ledger cannot be written, no task starts meanwhile", failure);
      }
      failing = true;
      timers.startSingleTimer(Write.NOW, RETRY_AFTER);
    }
    return this;
  }
}
