// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mosu.scheduler.model.Exit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One line of an agent's ledger.
 *
 * @param atMs of the host's clock within the start {@code boot} of that host
 * @param milli of each of the devices
 */
record LedgerLine(
    String boot,
    long atMs,
    String event,
    String node,
    String job,
    int task,
    List<String> devices,
    int milli,
    long token,
    String detail) {
  private static final Set<Exit.Kind> ENDED_HERE =
      EnumSet.of(Exit.Kind.FENCED, Exit.Kind.STOPPED, Exit.Kind.PREEMPTED, Exit.Kind.DEVICE_FAULT);
  private static final int SIGNALED_ABOVE = 128;
  private static final ObjectMapper JSON = new ObjectMapper();

  LedgerLine {
    devices = List.copyOf(devices);
  }

  static LedgerLine parse(String line) throws IOException {
    JsonNode entry = JSON.readTree(line);
    if (!entry.path("event").isTextual() || !entry.path("boottime_ms").isNumber()) {
      throw new IOException("no event, or no time");
    }
    List<String> devices = new ArrayList<>();
    entry.path("devices").forEach(device -> devices.add(device.asText()));
    return new LedgerLine(
        entry.path("boot_id").asText(),
        entry.path("boottime_ms").asLong(),
        entry.path("event").asText(),
        entry.path("node").asText(),
        entry.path("job").asText(),
        entry.path("task").asInt(),
        devices,
        entry.path("milli").asInt(),
        entry.path("token").asLong(),
        entry.path("detail").asText());
  }

  boolean start() {
    return event.equals("START");
  }

  boolean adopt() {
    return event.equals("ADOPT");
  }

  boolean fence() {
    return event.equals("FENCE");
  }

  boolean end() {
    return fence() || event.equals("STOP");
  }

  /** How it ended, as the agent says; empty if it did not, or the guard ended it. */
  Optional<Exit.Kind> exit() {
    for (Exit.Kind kind : Exit.Kind.values()) {
      if (end() && detail.startsWith(kind.name() + " ")) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether something of the task was alive until then. An end may have been noted long after, by
   * an agent that was away: what the guard ended, or the agent had to kill, was not over before.
   */
  boolean seenAlive() {
    boolean guarded = fence() && exit().isEmpty();
    return start()
        || adopt()
        || guarded
        || (exit().filter(ENDED_HERE::contains).isPresent() && killed());
  }

  private boolean killed() {
    String code = detail.substring(detail.indexOf(' ') + 1);
    return code.matches("1[0-9]{2}") && Integer.parseInt(code) > SIGNALED_ABOVE;
  }
}
