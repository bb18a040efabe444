// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.KnownTask.Stage;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/** One entry of the agent's journal, and its written form: a checksum, then fields by tabs. */
sealed interface JournalLine {

  /** How often the agent was started. */
  record Started(long incarnation) implements JournalLine {}

  record EpochSeen(NodeId node, long epoch) implements JournalLine {}

  record TaskKept(NodeId node, KnownTask task) implements JournalLine {}

  /** The written form, with its line's end. */
  default byte[] encoded() {
    String body;
    if (this instanceof Started started) {
      body = "started\t" + started.incarnation();
    } else if (this instanceof EpochSeen seen) {
      body = "epoch\t" + seen.node() + "\t" + seen.epoch();
    } else if (this instanceof TaskKept kept) {
      KnownTask task = kept.task();
      Grant grant = task.grant();
      body =
          "task\t%s\t%d\t%s\t%s\t%d\t%d\t%d\t%d\t%s\t%s\t%d\t%s"
              .formatted(
                  kept.node(),
                  task.token(),
                  task.stage(),
                  task.exit().kind(),
                  task.exit().code(),
                  grant.gpuMilli(),
                  grant.cpuMilli(),
                  grant.memoryMib(),
                  grant.devices().stream().map(String::valueOf).collect(Collectors.joining(",")),
                  task.origin().job(),
                  task.origin().task(),
                  task.origin().keep());
    } else {
      throw new IllegalStateException("no line: " + this);
    }
    return (checksum(body) + "\t" + body + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Reads a line without its end; empty if it is damaged. */
  static Optional<JournalLine> decode(String line) {
    int tab = line.indexOf('\t');
    if (tab < 0 || !line.substring(0, tab).equals(checksum(line.substring(tab + 1)))) {
      return Optional.empty();
    }
    String[] fields = line.substring(tab + 1).split("\t", -1);
    return switch (fields[0]) {
      case "started" -> Optional.of(new Started(Long.parseLong(fields[1])));
      case "epoch" -> Optional.of(new EpochSeen(new NodeId(fields[1]), Long.parseLong(fields[2])));
      case "task" -> Optional.of(new TaskKept(new NodeId(fields[1]), task(fields)));
      default -> Optional.empty();
    };
  }

  private static KnownTask task(String[] fields) {
    List<Integer> devices =
        fields[9].isEmpty()
            ? List.of()
            : Arrays.stream(fields[9].split(",", -1)).map(Integer::valueOf).toList();
    return new KnownTask(
        Long.parseLong(fields[2]),
        new Grant(
            devices,
            Integer.parseInt(fields[6]),
            Integer.parseInt(fields[7]),
            Integer.parseInt(fields[8])),
        Stage.valueOf(fields[3]),
        new Exit(Exit.Kind.valueOf(fields[4]), Integer.parseInt(fields[5])),
        fields.length < 13 // written by an earlier version
            ? KnownTask.Origin.NONE
            : new KnownTask.Origin(
                fields[10], Integer.parseInt(fields[11]), Boolean.parseBoolean(fields[12])));
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }
}
