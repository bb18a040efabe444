// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * How a device that has shown a sign stands.
 *
 * @param stays whether only an operator brings it back, no canary
 * @param code of the sign that graded it, {@code operator} for one's word; empty while it is sound
 * @param detail the sign's line, or the operator's reason
 * @param sinceMs wall time of the grade
 * @param strikes failures so far, each within the policy's memory of the one before
 * @param struckMs wall time of the last of them
 * @param seen of each code the serial of its latest sign, so that one told again changes nothing
 */
public record DeviceHealth(
    Grade grade,
    boolean stays,
    String code,
    String detail,
    long sinceMs,
    int strikes,
    long struckMs,
    PMap<String, Long> seen) {

  /** From sound to out. */
  public enum Grade {
    /** Leased as any other. */
    OK,
    /** What runs on it goes on; nothing new is started. */
    SUSPECT,
    /** What ran on it was ended; nothing new is started. */
    QUARANTINED
  }

  /** More codes than a device shows; the oldest is forgotten, and may then count twice. */
  static final int SEEN_MAX = 64;

  static final DeviceHealth SOUND =
      new DeviceHealth(Grade.OK, false, "", "", 0, 0, 0, HashTreePMap.empty());

  /** Whether it is leased. */
  public boolean offered() {
    return grade == Grade.OK;
  }

  /** For people. */
  public String inWords() {
    return grade
        + (code.isEmpty() ? "" : " (" + code + (detail.isEmpty() ? "" : ": " + detail) + ")");
  }

  DeviceHealth graded(Grade now, boolean forGood, String why, String text, long atMs) {
    return new DeviceHealth(now, forGood, why, text, atMs, strikes, struckMs, seen);
  }

  DeviceHealth struck(int count, long atMs) {
    return new DeviceHealth(grade, stays, code, detail, sinceMs, count, atMs, seen);
  }

  DeviceHealth saw(String sign, long serial) {
    PMap<String, Long> known = seen;
    if (known.size() >= SEEN_MAX && !known.containsKey(sign)) {
      known =
          known.minus(
              known.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey());
    }
    return seen(known.plus(sign, serial));
  }

  /** After a reboot the host's clock starts anew. */
  DeviceHealth rebooted() {
    return seen(HashTreePMap.empty());
  }

  private DeviceHealth seen(PMap<String, Long> now) {
    return new DeviceHealth(grade, stays, code, detail, sinceMs, strikes, struckMs, now);
  }
}
