// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/** What one input of a node's rules leads to, until it may happen. */
final class HostStep implements HostEffects {
  private final NodeId node;
  private final Tasks tasks;
  private final Consumer<HostOrder.StartTask> launcher;
  private final ActorRef<AgentActor.Command> agent;
  private final List<JournalLine> lines = new ArrayList<>();
  private final List<Deed> deeds = new ArrayList<>();
  private final List<Runnable> actions = new ArrayList<>();
  private boolean kept = true;

  /**
   * @param launcher starts a task if it is still to be started
   */
  HostStep(
      NodeId node,
      Tasks tasks,
      Consumer<HostOrder.StartTask> launcher,
      ActorRef<AgentActor.Command> agent) {
    this.node = node;
    this.tasks = tasks;
    this.launcher = launcher;
    this.agent = agent;
  }

  /** What has to be kept before {@link #run}. */
  List<JournalLine> lines() {
    return lines;
  }

  /** What the ledger has to say before {@link #run}. */
  List<Deed> deeds() {
    return deeds;
  }

  boolean kept() {
    return kept;
  }

  void setKept() {
    kept = true;
  }

  void run() {
    actions.forEach(Runnable::run);
  }

  @Override
  public void remember(KnownTask task) {
    lines.add(new JournalLine.TaskKept(node, task));
    kept = false;
  }

  @Override
  public void rememberEpoch(long epoch) {
    lines.add(new JournalLine.EpochSeen(node, epoch));
    kept = false;
  }

  @Override
  public void send(HostReport report) {
    actions.add(() -> agent.tell(new AgentActor.Say(report)));
  }

  @Override
  public void launch(HostOrder.StartTask start) {
    actions.add(() -> launcher.accept(start));
  }

  @Override
  public void kill(long token, long graceMs) {
    actions.add(() -> tasks.kill(token, graceMs));
  }

  /** At once: were it to wait for a disk that hangs, the guard would end what has its lease. */
  @Override
  public void leasedUntil(long tickMs, long graceMs) {
    tasks.leasedUntil(tickMs, graceMs);
  }

  @Override
  public void canary(String uuid, long number) {
    actions.add(() -> tasks.canary(uuid, number));
  }

  @Override
  public void record(Deed deed) {
    if (tasks.real()) { // else there is no process that could have done anything
      deeds.add(deed);
      kept = false;
    }
  }
}
