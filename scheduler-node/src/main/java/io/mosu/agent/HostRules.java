// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.KnownTask.Stage;
import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The agent's rules for one node: a token's task is launched at most once ever, runs only while the
 * node's answer to a renewal covers it, and its end is said until the node has kept it.
 *
 * <p>After a start, the shell says {@code processStarted} or {@code processExited} for each task
 * that the memory has as launched.
 */
public final class HostRules {

  /** More tasks than a node has at once; so all of them fit one frame. */
  public static final int TASKS_MAX = 1024;

  private static final long RESEND_MS = 1_000;

  private static final long HELLO_MAX_MS = 8_000;

  private final NodeId node;
  private final Inventory inventory;
  private final Speaker speaker;
  private final long incarnation;
  private final TreeMap<Long, LiveTask> tasks = new TreeMap<>();
  private final ForgottenTasks forgotten = new ForgottenTasks();
  private long epoch;
  private boolean connected;
  private boolean welcomed;
  private final HostLease lease;
  private final OpenSigns signs = new OpenSigns();
  private String refusal = "";
  private long renewMs = RESEND_MS;
  private long renewDueTickMs = Long.MAX_VALUE;
  private long helloMs = RESEND_MS;

  public HostRules(NodeId node, Inventory inventory, HostMemory memory) {
    this.node = node;
    this.inventory = inventory;
    this.speaker = memory.speaker();
    this.incarnation = memory.incarnation();
    this.epoch = memory.epoch();
    this.lease = new HostLease(memory.leasedUntilTickMs());
    for (KnownTask task : memory.tasks()) {
      if (task.stage() == Stage.FORGOTTEN) {
        forgotten.add(task);
      } else {
        tasks.put(task.token(), new LiveTask(task));
      }
    }
  }

  /** A new connection to a door stands. */
  public void connected(Moment now, HostEffects out) {
    connected = true;
    welcomed = false;
    helloMs = RESEND_MS;
    renew(now, out);
  }

  /** The connection is lost; renewals rest until there is another. */
  public void disconnected() {
    connected = false;
    welcomed = false;
    renewDueTickMs = Long.MAX_VALUE;
    signs.rest();
    tasks.values().forEach(live -> live.resendTickMs = Long.MAX_VALUE);
  }

  /** One order of the node; false if it comes from an owner that has been replaced. */
  public boolean on(HostOrder order, Moment now, HostEffects out) {
    if (order.epoch() < epoch) {
      long token = order instanceof HostOrder.StartTask start ? start.token() : 0;
      reject(token, "epoch " + order.epoch() + " is below " + epoch, now, out);
      return false;
    }
    if (order.epoch() > epoch) {
      epoch = order.epoch();
      out.rememberEpoch(epoch);
    }
    if (order instanceof HostOrder.Welcome welcome) {
      lease.setTtlMs(welcome.ttlMs());
      renewMs = Math.max(1, welcome.renewMs());
      if (connected && !welcomed) {
        welcomed = true;
        renewDueTickMs = now.tickMs() + renewMs;
        for (LiveTask live : tasks.values()) {
          live.tries = 0;
          resend(live, now, out);
        }
        saySigns(now, out);
      }
      refusal = "";
      answered(welcome.sentTickMs(), welcome.frozenMs(), now, out);
    } else if (order instanceof HostOrder.Renewed renewed) {
      answered(renewed.sentTickMs(), renewed.frozenMs(), now, out);
    } else if (order instanceof HostOrder.Refused refused) {
      onRefused(refused, now);
    } else if (order instanceof HostOrder.StartTask start) {
      onStart(start, now, out);
    } else if (order instanceof HostOrder.StopTask stop) {
      onStop(stop.token(), now, out);
    } else if (order instanceof HostOrder.EndAcknowledged end) {
      onEndAcknowledged(end.token(), out);
    } else if (order instanceof HostOrder.SignsKept kept) {
      signs.kept(kept.number());
    } else if (order instanceof HostOrder.RunCanary canary) {
      out.canary(canary.uuid(), canary.number());
    }
    return true;
  }

  /** How a task ended that was to be launched, and waited for that; empty if it still is to be. */
  public Optional<Exit> overtaken(long token, Moment now) {
    LiveTask live = tasks.get(token);
    boolean over = now.tickMs() >= lease.untilTickMs();
    return live == null ? Optional.of(new Exit(Exit.Kind.FENCED, 0)) : live.overtaken(over);
  }

  /** The task's process runs, or was found again after a restart. */
  public void processStarted(long token, Moment now, HostEffects out) {
    LiveTask live = tasks.get(token);
    if (live == null || live.running || live.task.stage() != Stage.LAUNCHED) {
      return;
    }
    live.running = true;
    boolean mine = live.launchedTickMs > 0;
    record(
        mine ? Deed.Kind.START : Deed.Kind.ADOPT,
        live.task,
        mine ? live.launchedTickMs : now.tickMs(),
        "",
        out);
    if (live.end == null) {
      say(new HostReport.TaskStarted(node, token, speaker.life()), out);
    } else {
      out.kill(token, graceMs(live.end));
    }
  }

  /**
   * Nothing of the task runs any more.
   *
   * @param exit how it ended by itself or by its host's guard, {@code NOT_STARTED}, or {@code LOST}
   *     where nobody saw it end
   */
  public void processExited(long token, Exit exit, Moment now, HostEffects out) {
    LiveTask live = tasks.get(token);
    if (live == null || live.task.stage() != Stage.LAUNCHED) {
      return;
    }
    live.running = false;
    Exit.Kind kind = live.end != null && exit.byItself() ? live.end : exit.kind();
    live.task = live.task.ended(new Exit(kind, exit.code()));
    out.remember(live.task);
    record(
        kind == Exit.Kind.FENCED ? Deed.Kind.FENCE : Deed.Kind.STOP,
        live.task,
        now.tickMs(),
        kind + " " + exit.code(),
        out);
    resend(live, now, out);
  }

  /** Why the node refuses this agent, empty if it does not. */
  public String refusal() {
    return refusal;
  }

  /** Until when the tasks may run by the latest answer, a freeze included. */
  public long leasedUntilTickMs() {
    return lease.untilTickMs();
  }

  /** Whether a node answers; then only that can freeze expiry. */
  public boolean welcomed() {
    return welcomed;
  }

  /** An operator froze expiry on this host, while no node could be asked: until one answers. */
  public void freeze(long untilTickMs, HostEffects out) {
    if (!welcomed && lease.freeze(untilTickMs)) {
      out.leasedUntil(untilTickMs, lease.graceMs());
    }
  }

  /** What was seen of the devices; said until the node has kept it. */
  public void signs(List<DeviceSign> seen, Moment now, HostEffects out) {
    signs.add(seen);
    saySigns(now, out);
  }

  /** A canary ended. */
  public void canaryEnded(
      String uuid, long number, boolean passed, String detail, HostEffects out) {
    say(new HostReport.CanaryEnded(node, uuid, number, passed, detail, speaker.life()), out);
  }

  /** When {@link #wake} is due, {@code Long.MAX_VALUE} for never. */
  public long wakeAtTickMs() {
    long next = Math.min(renewDueTickMs, signs.resendTickMs());
    for (LiveTask live : tasks.values()) {
      next = Math.min(next, live.resendTickMs);
      if (live.endsWithLease()) {
        next = Math.min(next, lease.untilTickMs());
      }
    }
    return next;
  }

  public void wake(Moment now, HostEffects out) {
    if (now.tickMs() >= lease.untilTickMs()) {
      tasks.values().stream()
          .filter(LiveTask::endsWithLease)
          .forEach(live -> end(live, Exit.Kind.FENCED, out));
    }
    if (renewDueTickMs <= now.tickMs()) {
      renew(now, out);
    }
    for (LiveTask live : tasks.values()) {
      if (live.resendTickMs <= now.tickMs()) {
        resend(live, now, out);
      }
    }
    if (signs.resendTickMs() <= now.tickMs()) {
      saySigns(now, out);
    }
  }

  private void saySigns(Moment now, HostEffects out) {
    if (welcomed && signs.due(now.tickMs() + RESEND_MS)) {
      say(new HostReport.Signs(node, signs.number(), signs.open(), speaker.life()), out);
    }
  }

  private void onStart(HostOrder.StartTask start, Moment now, HostEffects out) {
    long token = start.token();
    LiveTask live = tasks.get(token);
    Exit gone = forgotten.exit(token);
    if (live != null && live.task.stage() == Stage.ENDED) {
      resend(live, now, out);
    } else if (live != null) {
      if (live.running) {
        say(new HostReport.TaskStarted(node, token, speaker.life()), out);
      }
    } else if (gone != null) {
      reject(token, "it has ended before", now, out);
      say(new HostReport.TaskExited(node, token, gone, speaker.life()), out);
    } else if (token <= forgotten.below() || tasks.size() >= TASKS_MAX) {
      reject(token, "older than what is remembered, or too many", now, out);
      refuse(token, Exit.Kind.NOT_STARTED, out);
    } else if (welcomed && now.tickMs() < lease.untilTickMs() && devicesAreFree(start.grant())) {
      LiveTask launched = new LiveTask(KnownTask.launched(start));
      launched.launchedTickMs = Math.max(1, now.tickMs());
      tasks.put(token, launched);
      out.remember(launched.task);
      out.launch(start);
    }
  }

  private void onStop(long token, Moment now, HostEffects out) {
    LiveTask live = tasks.get(token);
    Exit gone = forgotten.exit(token);
    if (live != null && live.task.stage() == Stage.ENDED) {
      resend(live, now, out);
    } else if (live != null && live.end == null) {
      end(live, Exit.Kind.STOPPED, out);
    } else if (gone != null) {
      say(new HostReport.TaskExited(node, token, gone, speaker.life()), out);
    } else if (live == null) {
      refuse(token, Exit.Kind.STOPPED, out);
    }
  }

  private void onEndAcknowledged(long token, HostEffects out) {
    LiveTask live = tasks.get(token);
    if (live != null && live.task.stage() == Stage.ENDED) {
      tasks.remove(token);
      KnownTask last = live.task.forgotten();
      forgotten.add(last);
      out.remember(last);
    } else if (live != null && live.end == null) {
      end(live, Exit.Kind.STOPPED, out); // the node had given it up as lost
    }
  }

  /** What never ran here is not to run later either. */
  private void refuse(long token, Exit.Kind kind, HostEffects out) {
    KnownTask task = KnownTask.never(token, kind);
    if (token > forgotten.below()) {
      forgotten.add(task);
      out.remember(task);
    }
    say(new HostReport.TaskExited(node, token, task.exit(), speaker.life()), out);
  }

  /** Somebody else speaks for the node: nothing starts here, and what runs ends with its lease. */
  private void onRefused(HostOrder.Refused refused, Moment now) {
    if (refused.life() == speaker.life()) {
      refusal = refused.reason();
      if (welcomed) {
        welcomed = false;
        renewDueTickMs = now.tickMs() + helloMs;
      }
    }
  }

  private void reject(long token, String why, Moment now, HostEffects out) {
    if (forgotten.rejectedFirst(token)) {
      KnownTask unknown = KnownTask.never(token, Exit.Kind.NOT_STARTED);
      record(Deed.Kind.REJECT, unknown, now.tickMs(), why, out);
    }
  }

  private void record(
      Deed.Kind kind, KnownTask task, long atTickMs, String detail, HostEffects out) {
    out.record(new Deed(atTickMs, kind, task, epoch, detail));
  }

  private void end(LiveTask live, Exit.Kind kind, HostEffects out) {
    live.end = kind;
    live.task = live.task.ending(kind);
    out.remember(live.task);
    out.kill(live.task.token(), graceMs(kind)); // its files may be on their way yet
  }

  private void answered(long sentTickMs, long frozenMs, Moment now, HostEffects out) {
    if (lease.answered(sentTickMs, frozenMs, now)) {
      out.leasedUntil(lease.untilTickMs(), lease.graceMs());
    }
  }

  private void renew(Moment now, HostEffects out) {
    List<HostReport.Task> known = new ArrayList<>();
    long frozenMs = lease.frozenMs(now.tickMs());
    tasks.values().forEach(live -> known.add(new HostReport.Task(live.task.token(), live.running)));
    say(
        welcomed
            ? new HostReport.Renewal(
                node, known, now.tickMs(), speaker.life(), epoch, frozenMs, lease.answeredTickMs())
            : new HostReport.Hello(
                node, incarnation, inventory, known, now.tickMs(), speaker, epoch, frozenMs),
        out);
    renewDueTickMs = now.tickMs() + (welcomed ? renewMs : helloMs);
    helloMs = Math.min(HELLO_MAX_MS, 2 * helloMs); // many nodes may wait for one that recovers
  }

  private void resend(LiveTask live, Moment now, HostEffects out) {
    if (live.task.stage() == Stage.ENDED && welcomed) {
      say(
          new HostReport.TaskExited(node, live.task.token(), live.task.exit(), speaker.life()),
          out);
      live.sayAgain(now.tickMs());
    }
  }

  private void say(HostReport report, HostEffects out) {
    if (connected) {
      out.send(report);
    }
  }

  /** What is asked to end may take its own time, what is fenced may not. */
  private long graceMs(Exit.Kind why) {
    return why == Exit.Kind.FENCED ? lease.graceMs() : Ending.GRACE_MAX_MS;
  }

  /** The node may have given up a lease whose task is still being killed here. */
  private boolean devicesAreFree(Grant wanted) {
    Map<Integer, Integer> used = new HashMap<>();
    for (LiveTask live : tasks.values()) {
      if (live.task.stage() == Stage.LAUNCHED) {
        Grant grant = live.task.grant();
        grant.devices().forEach(device -> used.merge(device, grant.gpuMilli(), Integer::sum));
      }
    }
    return wanted.devices().stream()
        .allMatch(device -> used.getOrDefault(device, 0) + wanted.gpuMilli() <= Device.WHOLE_MILLI);
  }
}
