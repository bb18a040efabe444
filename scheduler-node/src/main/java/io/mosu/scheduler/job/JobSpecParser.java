// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import io.mosu.scheduler.job.SpecNode.Fields;
import io.mosu.scheduler.job.SpecNode.Scalar;
import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads a job spec, YAML or JSON. Whatever the bytes are, the answer is a spec or its errors. */
public final class JobSpecParser {
  /** The longest text that is read. */
  public static final int BYTES_MAX = 1 << 20;

  /**
   * UTF-8 bytes of command and env together: the order to start a task must fit one frame of the
   * agent's door.
   */
  public static final int TASK_BYTES_MAX = 32 << 10;

  private static final int MODELS_MAX = 32;
  private static final int CPU_MILLI_MIN = 100;
  private static final int CPU_MILLI_MAX = 4_096_000;
  private static final int CPU_MILLI_DEFAULT = 1_000;
  private static final int MEMORY_MIB_MAX = 64 << 20;
  private static final int MEMORY_MIB_DEFAULT = 512;
  private static final int RETRIES_MAX = 100;
  private static final String NAME_WORDS = "1 to 63 of a-z, 0-9 and -";
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,63}");
  private static final Pattern MODEL = Pattern.compile("[\\x20-\\x7e]{1,100}");
  private static final List<String> ALLOWED =
      Stream.concat(
              Stream.of(
                  "name",
                  "tenant",
                  "project",
                  "nodes",
                  "gpus",
                  "gpuMilli",
                  "models",
                  "cpus",
                  "memoryMib",
                  "priority",
                  "retries"),
              Stream.concat(ConditionsReader.ALLOWED.stream(), TaskReader.ALLOWED.stream()))
          .toList();

  private JobSpecParser() {}

  /** Reads UTF-8. */
  public static ParsedSpec parse(byte[] utf8) {
    if (utf8.length > BYTES_MAX) {
      return rejected(1, "the spec has " + utf8.length + " bytes; at most " + BYTES_MAX);
    }
    try {
      return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException broken) {
      return rejected(1, "the spec is not UTF-8");
    }
  }

  private static ParsedSpec parse(String text) {
    try {
      Optional<SpecNode> root = SpecTree.read(text);
      if (root.isEmpty() || (root.get() instanceof Scalar scalar && scalar.isNull())) {
        return rejected(1, "the spec is empty; at least command is required");
      }
      return root.get() instanceof Fields fields
          ? parse(new SpecReader(fields, ALLOWED))
          : rejected(
              root.get().line(),
              "expected fields such as \"command: [...]\", found " + root.get().kind());
    } catch (SpecTree.Malformed malformed) {
      return new ParsedSpec.Rejected(List.of(malformed.error()));
    }
  }

  private static ParsedSpec parse(SpecReader reader) {
    String name = reader.text("name", NAME, NAME_WORDS, "job");
    String tenant = reader.text("tenant", NAME, NAME_WORDS, "default");
    String project = reader.text("project", NAME, NAME_WORDS, "default");
    int nodes = reader.whole("nodes", 1, JobSpec.NODES_MAX, 1);
    Shape shape = shape(reader);
    int priority = reader.whole("priority", -JobSpec.PRIORITY_MAX, JobSpec.PRIORITY_MAX, 0);
    int retries = reader.whole("retries", 0, RETRIES_MAX, 0);
    Conditions conditions = new ConditionsReader(reader).read(new TenantId(tenant));
    TaskSpec task = new TaskReader(reader).read(nodes);
    return reader.errors().isEmpty()
        ? new ParsedSpec.Accepted(
            new TenantId(tenant),
            new JobSpec(name, project, nodes, shape, priority, retries, task, conditions))
        : new ParsedSpec.Rejected(
            reader.errors().stream().sorted(Comparator.comparingInt(SpecError::line)).toList());
  }

  private static Shape shape(SpecReader reader) {
    int gpus = reader.whole("gpus", 0, Inventory.DEVICES_MAX, 0);
    int share = reader.whole("gpuMilli", 1, Device.WHOLE_MILLI - 1, 0);
    if (gpus > 0 && share > 0) {
      reader.error(
          "gpuMilli",
          reader.line("gpuMilli"),
          "excludes gpus: ask for whole GPUs or for a share of one, not both");
    }
    boolean whole = gpus > 0;
    List<String> models =
        reader.texts("models", MODELS_MAX, MODEL, "1 to 100 printable characters", "[H100, A100]");
    int cpuMilli = reader.milli("cpus", CPU_MILLI_MIN, CPU_MILLI_MAX, CPU_MILLI_DEFAULT);
    int memoryMib = reader.whole("memoryMib", 1, MEMORY_MIB_MAX, MEMORY_MIB_DEFAULT);
    return new Shape(
        whole ? gpus : (share > 0 ? 1 : 0),
        whole ? Device.WHOLE_MILLI : share,
        new TreeSet<>(models),
        cpuMilli,
        memoryMib,
        reader.has("image"));
  }

  private static ParsedSpec rejected(int line, String message) {
    return new ParsedSpec.Rejected(List.of(new SpecError("", line, message)));
  }
}
