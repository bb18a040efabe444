// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobSpecParserTest {
  private static final String FULL =
      """
      # a comment
      name: train
      tenant: acme
      project: vision
      nodes: 2
      gpus: 4
      models: [H100, A100]
      cpus: 2.5
      memoryMib: 4096
      priority: -7
      command: [sh, -c, "echo hi\\n", 30, true]
      env:
        EPOCHS: 12
        NAME_: |
          two
          lines
      retries: 3
      """;
  private static final String FULL_JSON =
      """
      {"name":"train","tenant":"acme","project":"vision","nodes":2,"gpus":4,
      \t"models":["H100","A100"],"cpus":2.5,"memoryMib":4096,"priority":-7,
       "command":["sh","-c","echo hi\\n","30","true"],
       "env":{"EPOCHS":"12","NAME_":"two\\nlines\\n"},"retries":3}
      """;

  @Test
  void everyFieldIsRead() {
    assertThat(parse(FULL))
        .isEqualTo(
            new ParsedSpec.Accepted(
                new TenantId("acme"),
                new JobSpec(
                    "train",
                    "vision",
                    2,
                    new Shape(4, 1000, new TreeSet<>(List.of("A100", "H100")), 2500, 4096),
                    -7,
                    3,
                    new TaskSpec(
                        List.of("sh", "-c", "echo hi\n", "30", "true"),
                        new TreeMap<>(Map.of("EPOCHS", "12", "NAME_", "two\nlines\n"))))));
  }

  @Test
  void jsonIsReadAsYaml() {
    assertThat(parse(FULL_JSON)).isEqualTo(parse(FULL));
  }

  @Test
  void commandAloneGetsTheDefaults() {
    assertThat(parse("command: [\"true\"]"))
        .isEqualTo(
            new ParsedSpec.Accepted(
                new TenantId("default"),
                new JobSpec(
                    "job",
                    "default",
                    1,
                    new Shape(0, 0, new TreeSet<>(), 1000, 512),
                    0,
                    0,
                    new TaskSpec(List.of("true"), new TreeMap<>()))));
  }

  @Test
  void endingIsRead() {
    assertThat(
            ending(
                "{stopSignal: SIGINT, stopGrace: 1m30s, timeLimit: 2h, warnSignal: USR1,"
                    + " warnBefore: 60s}"))
        .isEqualTo(new Ending("INT", 90_000, 7_200_000, "USR1", 60_000));
    assertThat(ending("{timeLimit: 2h, warnSignal: USR1}").warnBeforeMs()).isEqualTo(60_000);
    assertThat(ending("{timeLimit: 10s, warnSignal: USR1}").warnBeforeMs()).isEqualTo(5_000);
  }

  @Test
  void imageNeedsAContainerEngineAndWorkdirIsADigest() {
    JobSpec spec =
        accepted(
            "command: [x]\nimage: docker.io/library/python:3.12\nworkdir: sha256:"
                + "ab".repeat(32));
    assertThat(spec.shape().container()).isTrue();
    assertThat(spec.task().image()).isEqualTo("docker.io/library/python:3.12");
    assertThat(spec.task().workdir()).isEqualTo("ab".repeat(32));
  }

  private static Ending ending(String fields) {
    return accepted("command: [x]\n" + fields.substring(1, fields.length() - 1).replace(", ", "\n"))
        .task()
        .ending();
  }

  private static JobSpec accepted(String spec) {
    ParsedSpec parsed = parse(spec);
    assertThat(parsed).isInstanceOf(ParsedSpec.Accepted.class);
    return ((ParsedSpec.Accepted) parsed).spec();
  }

  @Test
  void aShareIsOneDevice() {
    ParsedSpec parsed = parse("command: [x]\ngpuMilli: 250\ngpus: 0");
    assertThat(parsed).isInstanceOf(ParsedSpec.Accepted.class);
    Shape shape = ((ParsedSpec.Accepted) parsed).spec().shape();
    assertThat(shape.gpus()).isEqualTo(1);
    assertThat(shape.gpuMilli()).isEqualTo(250);
  }

  @Test
  void portsAndATerminalAreTaken() {
    ParsedSpec parsed = parse("command: [x]\nports: [8888, 6006, 8888]\nterminal: true");
    assertThat(((ParsedSpec.Accepted) parsed).spec().task())
        .isEqualTo(new TaskSpec(List.of("x"), new TreeMap<>(), List.of(6006, 8888), true));
  }

  static Stream<Arguments> rejections() {
    String k10 = "n".repeat(10_000);
    return Stream.of(
        bad("gpuz: 3\ncommand: [x]", "gpuz", 1, "unknown field; did you mean gpus?; allowed: name"),
        bad("command: [x]\n\nmemory_mib: 3", "memory_mib", 3, "did you mean memoryMib?"),
        bad("command: [x]\nzzz: 3", "zzz", 2, "unknown field; allowed: name, tenant"),
        bad("command: [x]\n" + k10 + ": 3", "", 2, ""),
        bad("command: [x]\n? " + k10 + "\n: 3", "n".repeat(40) + "...", 2, "unknown field"),
        bad("command: [x]\ngpus: 1\ngpus: 2", "gpus", 3, "given twice; first on line 2"),
        bad("command: [x]\ngpus: -1", "gpus", 2, "a whole number from 0 to 64, found \"-1\""),
        bad("command: [x]\ngpus: 65", "gpus", 2, "from 0 to 64"),
        bad("command: [x]\ngpus: 99999999999999999999", "gpus", 2, "from 0 to 64"),
        bad("command: [x]\ngpus: 1.5", "gpus", 2, "whole number"),
        bad("command: [x]\ngpus: .nan", "gpus", 2, "found \".nan\""),
        bad("{\"command\":[\"x\"],\"gpus\":NaN}", "gpus", 1, "found \"NaN\""),
        bad("{\"command\":[\"x\"],\"gpus\":\"2\"}", "gpus", 1, "found the text \"2\""),
        bad("command: [x]\ngpus: [1]", "gpus", 2, "found a list"),
        bad("command: [x]\ngpus:", "gpus", 2, "found no value"),
        bad("command: [x]\ngpus: 1\ngpuMilli: 500", "gpuMilli", 3, "excludes gpus"),
        bad("command: [x]\ngpuMilli: 1000", "gpuMilli", 2, "from 1 to 999"),
        bad("command: [x]\nnodes: 0", "nodes", 2, "from 1 to 1024"),
        bad("command: [x]\nnodes: 1025", "nodes", 2, "from 1 to 1024"),
        bad("command: [x]\ncpus: 0", "cpus", 2, "a number from 0.1 to 4096"),
        bad("command: [x]\ncpus: 1e999999999", "cpus", 2, "a number from 0.1"),
        bad("command: [x]\ncpus: .inf", "cpus", 2, "a number from 0.1"),
        bad("command: [x]\nmemoryMib: 0", "memoryMib", 2, "from 1 to"),
        bad("command: [x]\npriority: 101", "priority", 2, "from -100 to 100"),
        bad("command: [x]\nretries: 101", "retries", 2, "from 0 to 100"),
        bad("command: [x]\nports: 80", "ports", 2, "a list such as [8888]"),
        bad("command: [x]\nports: [80, 0]", "ports[1]", 2, "a whole number from 1 to 65535"),
        bad("command: [x]\nports: [x]", "ports[0]", 2, "a whole number from 1 to 65535"),
        bad("command: [x]\nterminal: yes", "terminal", 2, "true or false"),
        bad("command: [x]\nimage: a/b:1\nterminal: true", "terminal", 3, "excludes image"),
        bad("command: [x]\nnodes: 2\nterminal: true", "terminal", 3, "has one task"),
        bad("command: [x]\nmodels: H100", "models", 2, "a list such as [H100, A100]"),
        bad("command: [x]\nmodels: [\"\"]", "models[0]", 2, "printable"),
        bad("command: [x]\nname: " + k10, "name", 2, "expected 1 to 63 of a-z, 0-9 and -"),
        bad("command: [x]\ntenant: Acme", "tenant", 2, "1 to 63 of a-z"),
        bad("command: [x]\nproject: \"a\\u0007b\"", "project", 2, "found the text \"a\\u0007b\""),
        bad("name: x", "command", 1, "required"),
        bad("command: []", "command", 1, "must name a program"),
        bad("command: [\"\"]", "command", 1, "must name a program"),
        bad("command: echo hi", "command", 1, "a list such as [sh, -c, \"echo hi\"]"),
        bad("command: [x, {a: b}]", "command[1]", 1, "found a mapping"),
        bad("command: [x, \"a\\0b\"]", "command[1]", 1, "without control characters"),
        bad("{\"command\": [\"\\ud800\"]}", "command[0]", 1, "control characters"),
        bad("command: [" + "x,".repeat(1001) + "]", "command", 1, "has 1001 items; at most 1000"),
        bad("command: [x, " + "y".repeat(33_000) + "]", "command", 1, "at most 32768"),
        bad("command: [x]\nenv: [a]", "env", 2, "a mapping such as {KEY: value}"),
        bad("command: [x]\nenv: {lower: 1}", "env.lower", 2, "A-Z, 0-9 and _"),
        bad("command: [x]\nenv: {LD_PRELOAD: a}", "env.LD_PRELOAD", 2, "reserved"),
        bad("command: [x]\nenv: {MOSU_X: a}", "env.MOSU_X", 2, "reserved"),
        bad("command: [x]\nenv: {A: 1, A: 2}", "env.A", 2, "given twice"),
        bad("command: [x]\nenv: {A: }", "env.A", 2, "found no value"),
        bad("", "", 1, "the spec is empty"),
        bad("# only a comment\n", "", 1, "the spec is empty"),
        bad("null", "", 1, "the spec is empty"),
        bad("[1, 2]", "", 1, "expected fields"),
        bad("hello", "", 1, "expected fields"),
        bad("{\"command\": [\"x\"], \"gp", "", 1, "not readable as YAML or JSON"),
        bad("{\"command\": [\"x\"]", "", 1, "not readable as YAML or JSON"),
        bad("command: [x]\n---\ncommand: [y]", "", 2, "only one document"),
        bad("command: &a [x]\nmodels: *a", "", 1, "anchors and aliases"),
        bad("command: [x]\nmodels: *a", "", 2, "anchors and aliases"),
        bad("command: [x]\ngpus: !!int \"3\"", "", 2, "tags such as"),
        bad("command: [x]\n? [a]\n: 1", "", 2, "a field's name must be text"),
        bad("a: " + "[".repeat(100_000), "", 1, "nested deeper than 8 levels"),
        bad("- ".repeat(50_000), "", 1, "nested deeper than 8 levels"),
        bad("{a: ".repeat(50_000), "", 1, "nested deeper than 8 levels"),
        bad("command: [x]\n\tgpus: 1", "", 2, "not readable"),
        bad("command: [x]\nname: a\u0000b", "", 2, "not readable"),
        bad("%YAML 9.9\n---\ncommand: [x]", "", 1, "not readable"),
        bad("x".repeat((1 << 20) + 1), "", 1, "at most 1048576"));
  }

  private static Arguments bad(String text, String field, int line, String message) {
    return Arguments.of(text, field, line, message);
  }

  @ParameterizedTest
  @MethodSource("rejections")
  void whatIsWrongIsNamed(String text, String field, int line, String message) {
    List<SpecError> errors = errors(text.getBytes(StandardCharsets.UTF_8));
    assertThat(errors.get(0).field()).isEqualTo(field);
    assertThat(errors.get(0).line()).isEqualTo(line);
    assertThat(errors.get(0).message()).contains(message);
  }

  @Test
  void allErrorsAreFoundAtOnceInTheOrderOfLines() {
    List<SpecError> errors =
        errors("retries: x\ngpus: -1\nfoo: 1\nname: A\n".getBytes(StandardCharsets.UTF_8));
    assertThat(errors).extracting(SpecError::line).containsExactly(1, 1, 2, 3, 4);
    assertThat(errors)
        .extracting(SpecError::field)
        .containsExactlyInAnyOrder("retries", "command", "gpus", "foo", "name");
  }

  @Test
  void manyErrorsAreBounded() {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, 5000).forEach(i -> text.append("field").append(i).append(": 1\n"));
    assertThat(errors(text.toString().getBytes(StandardCharsets.UTF_8))).hasSize(20);
  }

  @Test
  void bytesThatAreNotUtf8AreNamed() {
    assertThat(errors(new byte[] {(byte) 0xc3, 0x28}).get(0).message()).contains("not UTF-8");
  }

  static IntStream seeds() {
    return IntStream.range(0, 40);
  }

  /** Mutated specs and noise: an answer each time, its messages short and fit for one line. */
  @ParameterizedTest
  @MethodSource("seeds")
  void noInputEscapesAsAnException(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 250; round++) {
      byte[] bytes = mutated(random);
      if (JobSpecParser.parse(bytes) instanceof ParsedSpec.Rejected rejected) {
        assertThat(rejected.errors()).isNotEmpty();
        for (SpecError error : rejected.errors()) {
          assertThat(error.line()).isPositive();
          assertThat(error.message() + error.field())
              .hasSizeLessThan(700)
              .doesNotContainPattern("[\\p{Cc}\\p{Cs}]");
        }
      }
    }
  }

  private static byte[] mutated(SplittableRandom random) {
    byte[] bytes =
        (random.nextBoolean() ? FULL : FULL_JSON).getBytes(StandardCharsets.UTF_8).clone();
    String spice = "{}[]:,&*!|>'\"%@`#-? \n\t\\\0\u0085\u00e9<~";
    byte[] spices = spice.getBytes(StandardCharsets.UTF_8);
    int changes = 1 + random.nextInt(12);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = spices[random.nextInt(spices.length)];
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(bytes.length - Math.max(at, from), random.nextInt(20));
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
    return bytes;
  }

  private static ParsedSpec parse(String text) {
    return JobSpecParser.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<SpecError> errors(byte[] bytes) {
    ParsedSpec parsed = JobSpecParser.parse(bytes);
    assertThat(parsed).isInstanceOf(ParsedSpec.Rejected.class);
    return ((ParsedSpec.Rejected) parsed).errors();
  }
}
