// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.Dependency.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsReaderTest {

  @Test
  void conditionsAreRead() {
    assertThat(conditions("hold: true")).isEqualTo(new Conditions(true));
    assertThat(conditions("dependencies: [afterok:acme-1, \"after:acme-2\", afterok:acme-1]"))
        .isEqualTo(
            new Conditions(
                false, List.of(new Dependency(Kind.AFTEROK, 1), new Dependency(Kind.AFTER, 2))));
  }

  @Test
  void dependenciesThatCannotBeAreNamed() {
    assertThat(error("dependencies: afterok:acme-1")).contains("a list such as");
    assertThat(error("dependencies: [acme-1]")).contains("afterok:JOB");
    assertThat(error("dependencies: [afterok:other-1]"))
        .contains("other-1 is not a job of tenant acme");
  }

  @Test
  void timesNeedTheirOffset() {
    assertThat(conditions("begin: 1970-01-01T00:00:02Z\ndeadline: \"1970-01-01T01:00+01:00\""))
        .isEqualTo(Conditions.NONE.within(2_000, 1));
    assertThat(error("begin: 2026-05-01T08:00")).contains("with its offset");
    assertThat(error("deadline: 2026-13-01T08:00:00Z")).contains("with its offset");
    assertThat(error("deadline: soon")).contains("with its offset");
  }

  private static Conditions conditions(String field) {
    ParsedSpec parsed = parse(field);
    assertThat(parsed).isInstanceOf(ParsedSpec.Accepted.class);
    return ((ParsedSpec.Accepted) parsed).spec().conditions();
  }

  private static String error(String field) {
    ParsedSpec parsed = parse(field);
    assertThat(parsed).isInstanceOf(ParsedSpec.Rejected.class);
    return ((ParsedSpec.Rejected) parsed).errors().get(0).message();
  }

  private static ParsedSpec parse(String field) {
    return JobSpecParser.parse(
        ("tenant: acme\ncommand: [a]\n" + field).getBytes(StandardCharsets.UTF_8));
  }
}
