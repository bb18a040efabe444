// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.testing.FreePorts;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubmitterTest {

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static List<Submission> submissions(int count) {
    Specs.Ask ask = new Specs.Ask(1, 0, List.of(), 1_000, 512);
    return IntStream.range(0, count)
        .mapToObj(
            i -> new Submission("whole", Specs.job("j", "t", 1, ask, List.of("true")), "key-" + i))
        .toList();
  }

  private List<Submitter.Outcome> submit(int count, String... addresses) {
    return new Submitter(new SchedulerApi(List.of(addresses)), 4, 0)
        .run(submissions(count), done -> {});
  }

  @Test
  void allAreTakenInAndNeverMoreAtOnceThanAllowed() {
    List<Submitter.Outcome> outcomes = submit(200, cluster.address());
    assertThat(outcomes).hasSize(200).allMatch(Submitter.Outcome::accepted);
    assertThat(outcomes).extracting(Submitter.Outcome::job).doesNotHaveDuplicates();
    assertThat(cluster.jobs()).isEqualTo(200);
    assertThat(cluster.most()).isLessThanOrEqualTo(4);
  }

  @Test
  void anUnavailableAnswerIsTriedAgainUnderTheSameKey() {
    cluster.refuse(503, 504, 503);
    assertThat(submit(1, cluster.address())).allMatch(Submitter.Outcome::accepted);
    assertThat(cluster.submissions()).isEqualTo(4);
    assertThat(cluster.jobs()).isEqualTo(1);
  }

  @Test
  void aRefusalForGoodIsNotTriedAgain() {
    cluster.refuse(422);
    assertThat(submit(1, cluster.address()))
        .singleElement()
        .matches(outcome -> !outcome.accepted())
        .extracting(outcome -> outcome.answer().reason())
        .isEqualTo("NO_422");
    assertThat(cluster.submissions()).isEqualTo(1);
  }

  @Test
  void aDeadNodeIsPassedOver() {
    String dead = "127.0.0.1:" + FreePorts.take(1).get(0);
    assertThat(submit(20, dead, cluster.address())).allMatch(Submitter.Outcome::accepted);
    assertThat(cluster.jobs()).isEqualTo(20);
  }
}
