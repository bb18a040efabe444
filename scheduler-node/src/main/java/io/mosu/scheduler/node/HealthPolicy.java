// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.DeviceSign;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What becomes of a device that shows a sign; the same on every scheduler node.
 *
 * @param actions by sign; {@code xid-*} stands for the Xid codes that are not named
 * @param strikesMax with so many failures, each within {@code memoryMs} of the one before, a device
 *     stays out until an operator brings it back; at least 1
 * @param memoryMs how long a failure is remembered
 * @param canaryAfterMs how long a device rests before its first canary; doubled after each that
 *     failed
 * @param canariesMax with so many canaries failed in a row it stays out, too; at least 1
 */
public record HealthPolicy(
    Map<String, Action> actions,
    int strikesMax,
    long memoryMs,
    long canaryAfterMs,
    int canariesMax) {

  /** What a sign leads to; each outdoes those before it. */
  public enum Action {
    /** The task's own fault. */
    JOB,
    /** Nothing new is started until a canary has passed. */
    SUSPECT,
    /** Out at once, until a canary has passed. */
    QUARANTINE,
    /** Out at once, until an operator brings it back. */
    OUT
  }

  private static final String XID = "xid-";

  public HealthPolicy {
    actions = Collections.unmodifiableMap(new TreeMap<>(actions));
    if (strikesMax < 1 || memoryMs < 1 || canaryAfterMs < 1 || canariesMax < 1) {
      throw new IllegalArgumentException(
          "no policy: strikesMax=%d, memoryMs=%d, canaryAfterMs=%d, canariesMax=%d"
              .formatted(strikesMax, memoryMs, canaryAfterMs, canariesMax));
    }
  }

  /** With the given table, and a week's memory. */
  public static HealthPolicy of(Map<String, Action> actions) {
    return new HealthPolicy(actions, 2, 7L * 24 * 3_600_000, 30_000, 5);
  }

  /**
   * Reads lines of {@code sign,action,text}; those that start with {@code #} are comments.
   *
   * @throws IllegalArgumentException with the line that is none
   */
  public static Map<String, Action> table(List<String> lines) {
    Map<String, Action> actions = new HashMap<>();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] fields = line.split(",", 3);
      if (fields.length < 2) {
        throw new IllegalArgumentException("no line of sign,action,text: " + line);
      }
      actions.put(fields[0].strip(), action(fields[1]));
    }
    return actions;
  }

  /**
   * Reads an action as the table and the settings name it.
   *
   * @throws IllegalArgumentException with what there is to choose from
   */
  public static Action action(String text) {
    try {
      return Action.valueOf(text.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          "'" + text + "' is none of job, suspect, quarantine, out", unknown);
    }
  }

  /** What {@code sign} leads to; what nobody has heard of makes a device suspect. */
  Action action(DeviceSign sign) {
    Action named = actions.get(sign.code());
    if (named != null) {
      return named;
    }
    return sign.code().startsWith(XID)
        ? actions.getOrDefault(XID + "*", Action.SUSPECT)
        : Action.SUSPECT;
  }
}
