// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Holds a journal against the invariants again and again, by what is new in it. */
final class JournalWatch {
  private final JournalReader reader;
  private final JournalCheck check;
  private final Set<Violation> known = new HashSet<>();
  private JournalReport latest;

  JournalWatch(JournalReader reader, JournalCheck check) {
    this.reader = reader;
    this.check = check;
    this.latest = check.report();
  }

  /** What is broken now and was not at the look before. */
  List<Violation> look() throws SQLException {
    reader.read(
        row -> {
          if (row.sequence() > check.sequence(row.persistenceId())) {
            check.accept(row);
          }
        });
    latest = check.report();
    List<Violation> fresh = new ArrayList<>(latest.violations());
    fresh.removeAll(known);
    known.retainAll(latest.violations());
    known.addAll(fresh);
    return fresh;
  }

  JournalReport latest() {
    return latest;
  }
}
