// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What must become of another job of the same tenant before a job may start.
 *
 * @param number the other job's
 */
public record Dependency(Kind kind, long number) {

  /** More than one job may have. */
  public static final int MAX = 64;

  private static final Pattern WRITTEN = Pattern.compile("([a-z]{1,20}):(.{1,100})");

  /** Written in small letters. */
  public enum Kind {
    /** It was placed, or is over. */
    AFTER("to start"),
    /** It completed. */
    AFTEROK("to complete"),
    /** It is over. */
    AFTERANY("to end"),
    /** It failed or was cancelled. */
    AFTERNOTOK("to fail");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** What is waited for, as in "waits for acme-1 to complete". */
    public String words() {
      return words;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A dependency as people write it: {@code afterok:acme-12}. */
  public record Written(Kind kind, JobId job) {}

  /** Reads the written form; empty if the text is none. */
  public static Optional<Written> parse(String text) {
    Matcher parts = WRITTEN.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.toString().equals(parts.group(1)))
        .findFirst()
        .flatMap(kind -> JobId.parse(parts.group(2)).map(job -> new Written(kind, job)));
  }

  /** The other job's id, of the same tenant. */
  public JobId on(TenantId tenant) {
    return new JobId(tenant, number);
  }
}
