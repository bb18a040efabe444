// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.HostActor.TaskEnded;
import io.mosu.agent.HostActor.TaskStarted;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Exit;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Tasks without processes: they hold their lease, until stopped or for a set time. */
final class SimulatedTasks implements Tasks {
  private static final int TERMINATED = 143;

  private final ActorContext<HostActor.Command> context;
  private final Optional<Duration> lasting;
  private final Map<Long, Cancellable> ends = new HashMap<>();

  SimulatedTasks(ActorContext<HostActor.Command> context, Optional<Duration> lasting) {
    this.context = context;
    this.lasting = lasting;
  }

  @Override
  public void launch(HostOrder.StartTask start) {
    adopt(start.token());
    long limitMs = start.spec().ending().timeLimitMs();
    if (limitMs > 0 && lasting.map(time -> time.toMillis() > limitMs).orElse(true)) {
      Exit late = new Exit(Exit.Kind.TIME_LIMIT, TERMINATED);
      end(start.token(), Duration.ofMillis(limitMs), late);
    }
  }

  @Override
  public void adopt(long token) {
    context.getSelf().tell(new TaskStarted(token));
    lasting.ifPresent(time -> end(token, time, new Exit(Exit.Kind.EXITED, 0)));
  }

  /** In place of an end that was planned before. */
  private void end(long token, Duration in, Exit exit) {
    Cancellable before =
        ends.put(token, context.scheduleOnce(in, context.getSelf(), new TaskEnded(token, exit)));
    if (before != null) {
      before.cancel();
    }
  }

  @Override
  public void kill(long token, long graceMs) {
    Cancellable end = ends.remove(token);
    if (end != null) {
      end.cancel();
    }
    context.getSelf().tell(new TaskEnded(token, new Exit(Exit.Kind.EXITED, TERMINATED)));
  }

  @Override
  public void leasedUntil(long tickMs, long graceMs) {
    // nothing outside this process runs that could outlive it
  }

  /** A device that is not there cannot fail. */
  @Override
  public void canary(String uuid, long number) {
    context.getSelf().tell(new HostActor.CanaryEnded(uuid, number, true, "simulated"));
  }

  @Override
  public boolean real() {
    return false;
  }
}
