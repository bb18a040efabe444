// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The fields of a spec that say what a job waits for besides room. */
final class ConditionsReader {
  static final List<String> ALLOWED = List.of("hold", "dependencies");

  private static final Pattern WRITTEN =
      Pattern.compile("(after|afterok|afterany|afternotok):[a-z0-9-]{1,63}-[1-9][0-9]{0,17}");

  private final SpecReader reader;

  ConditionsReader(SpecReader reader) {
    this.reader = reader;
  }

  Conditions read(TenantId tenant) {
    return new Conditions(reader.flag("hold", false), dependencies(tenant));
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
