// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;

/** Writes job specs. */
public final class Specs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Specs() {}

  /**
   * What one task of a job asks.
   *
   * @param gpus whole GPUs
   * @param gpuMilli share of one GPU, 0 if none or whole ones are asked
   */
  public record Ask(
      int gpus, int gpuMilli, Collection<String> models, int cpuMilli, int memoryMib) {
    /** What tasks like it are counted under. */
    public String kind() {
      return gpus > 0 ? "whole" : gpuMilli > 0 ? "shared" : "cpu";
    }
  }

  /** A job of one task or of a gang of like tasks. */
  public static String job(String name, String tenant, int nodes, Ask ask, List<String> command) {
    ObjectNode spec = JSON.createObjectNode().put("name", name).put("tenant", tenant);
    spec.put("nodes", nodes);
    if (ask.gpus() > 0) {
      spec.put("gpus", ask.gpus());
    } else if (ask.gpuMilli() > 0) {
      spec.put("gpuMilli", ask.gpuMilli());
    }
    if (!ask.models().isEmpty()) {
      ask.models().forEach(spec.putArray("models")::add);
    }
    spec.put("cpus", BigDecimal.valueOf(ask.cpuMilli(), 3));
    spec.put("memoryMib", ask.memoryMib());
    command.forEach(spec.putArray("command")::add);
    return spec.toString();
  }
}
