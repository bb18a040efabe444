// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import java.util.List;

/**
 * What the agent keeps of one task in its own journal; the last entry of a token counts.
 *
 * @param token the token of its lease, used once on this node
 * @param exit how it ended; while {@link Stage#LAUNCHED}, the kind by which the agent is ending it,
 *     or {@code NOT_STARTED}
 */
public record KnownTask(long token, Grant grant, Stage stage, Exit exit, Origin origin) {

  /**
   * Whose task it is.
   *
   * @param job its id, empty where it never ran here
   * @param keep whether it goes on when its lease cannot be renewed
   */
  public record Origin(String job, int task, boolean keep) {
    public static final Origin NONE = new Origin("", 0, false);
  }

  /** Of nobody's job. */
  public KnownTask(long token, Grant grant, Stage stage, Exit exit) {
    this(token, grant, stage, exit, Origin.NONE);
  }

  /** How far the agent has got with the task. */
  public enum Stage {
    /** Its process may exist: this is kept before it is started. */
    LAUNCHED,
    /** Its process is gone, and the node has not acknowledged that. */
    ENDED,
    /** Nothing of it is left to say; kept so that it is never launched again. */
    FORGOTTEN
  }

  /** Of a token under which nothing ran here, nor is to run later. */
  static KnownTask never(long token, Exit.Kind why) {
    return new KnownTask(token, new Grant(List.of(), 0, 0, 0), Stage.FORGOTTEN, new Exit(why, 0));
  }

  static KnownTask launched(long token, Grant grant) {
    return new KnownTask(token, grant, Stage.LAUNCHED, new Exit(Exit.Kind.NOT_STARTED, 0));
  }

  static KnownTask launched(HostOrder.StartTask start) {
    return new KnownTask(
        start.token(),
        start.grant(),
        Stage.LAUNCHED,
        new Exit(Exit.Kind.NOT_STARTED, 0),
        new Origin(start.job().toString(), start.task(), start.spec().keep()));
  }

  /** Kept before the kill, so that its end does not look like a failure of its own. */
  KnownTask ending(Exit.Kind why) {
    return new KnownTask(token, grant, Stage.LAUNCHED, new Exit(why, 0), origin);
  }

  KnownTask ended(Exit how) {
    return new KnownTask(token, grant, Stage.ENDED, how, origin);
  }

  KnownTask forgotten() {
    return new KnownTask(token, grant, Stage.FORGOTTEN, exit, origin);
  }
}
