// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.TenantId;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The fields of a spec that say what a job waits for besides room. */
final class ConditionsReader {
  static final List<String> ALLOWED = List.of("hold", "dependencies", "begin", "deadline");

  private static final Pattern WRITTEN =
      Pattern.compile("(after|afterok|afterany|afternotok):[a-z0-9-]{1,63}-[1-9][0-9]{0,17}");

  private static final Pattern INSTANT = Pattern.compile("[0-9]{4}-[-+:.TZ0-9]{1,40}");
  private static final String INSTANT_WORDS =
      "a time with its offset, such as 2026-05-01T08:00:00Z or 2026-05-01T08:00+08:00";

  private final SpecReader reader;

  ConditionsReader(SpecReader reader) {
    this.reader = reader;
  }

  Conditions read(TenantId tenant) {
    return new Conditions(
        reader.flag("hold", false), dependencies(tenant), instant("begin"), instant("deadline"));
  }

  /** Wall time, 0 if it is not given. */
  private long instant(String field) {
    String text = reader.text(field, INSTANT, INSTANT_WORDS, "");
    if (text.isEmpty()) {
      return 0;
    }
    try {
      return Math.max(1, OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeParseException wrong) {
      reader.error(field, reader.line(field), "expected " + INSTANT_WORDS + ", found another text");
      return 0;
    }
  }

  private List<Dependency> dependencies(TenantId tenant) {
    List<Dependency> all = new ArrayList<>();
    List<String> texts =
        reader.texts(
            "dependencies",
            Dependency.MAX,
            WRITTEN,
            "after:JOB, afterok:JOB, afterany:JOB or afternotok:JOB",
            "[\"afterok:acme-12\"]");
    for (int i = 0; i < texts.size(); i++) {
      Optional<Dependency.Written> written = Dependency.parse(texts.get(i));
      if (written.isPresent() && !written.get().job().tenant().equals(tenant)) {
        reader.error(
            "dependencies[" + i + "]",
            reader.line("dependencies"),
            "%s is not a job of tenant %s".formatted(written.get().job(), tenant));
      }
      written.ifPresent(each -> all.add(new Dependency(each.kind(), each.job().number())));
    }
    return all.stream().distinct().toList();
  }
}
