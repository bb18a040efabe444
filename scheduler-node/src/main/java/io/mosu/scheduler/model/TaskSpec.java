// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What each task of a job runs.
 *
 * @param command argv, never a shell string
 */
public record TaskSpec(List<String> command, SortedMap<String, String> env) {
  public TaskSpec {
    command = List.copyOf(command);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
  }
}
