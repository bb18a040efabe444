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
 * @param ports TCP ports that tunnels may reach on the task's host, rising
 * @param terminal whether it runs on a pseudo terminal, and ends when nobody is left at it
 */
public record TaskSpec(
    List<String> command, SortedMap<String, String> env, List<Integer> ports, boolean terminal) {
  /** More ports than a job may declare. */
  public static final int PORTS_MAX = 32;

  public TaskSpec {
    command = List.copyOf(command);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    ports = List.copyOf(ports);
  }

  /** Without what makes it interactive. */
  public TaskSpec(List<String> command, SortedMap<String, String> env) {
    this(command, env, List.of(), false);
  }
}
