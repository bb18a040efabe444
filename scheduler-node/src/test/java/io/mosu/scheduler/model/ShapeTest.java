// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ShapeTest {

  private static String words(int gpus, int gpuMilli, List<String> models, int cpuMilli) {
    return new Shape(gpus, gpuMilli, new TreeSet<>(models), cpuMilli, 512).inWords();
  }

  @Test
  void wordsAreThoseOfAPerson() {
    assertThat(words(9, 1_000, List.of(), 1_000)).isEqualTo("9 GPUs, 1 CPU, 512 MiB memory");
    assertThat(words(1, 1_000, List.of("H100", "A100"), 1_500))
        .isEqualTo("1 GPU of A100|H100, 1.5 CPUs, 512 MiB memory");
    assertThat(words(1, 250, List.of(), 0)).isEqualTo("0.25 GPU, 0 CPU, 512 MiB memory");
    assertThat(words(0, 0, List.of(), 100_000)).isEqualTo("100 CPUs, 512 MiB memory");
  }
}
