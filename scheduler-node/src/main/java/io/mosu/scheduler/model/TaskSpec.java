// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What each task of a job runs.
 *
 * @param command argv, never a shell string
 * @param ports TCP ports that tunnels may reach on the task's host, rising
 * @param terminal whether it runs on a pseudo terminal, and ends when nobody is left at it
 * @param image the container image that it runs in; empty for a plain process
 * @param workdir SHA-256 of the archive that its working directory starts with, as 64 hexadecimal
 *     digits; empty for an empty directory
 * @param keep whether it goes on while its agent cannot renew its lease; its devices then wait
 *     until the agent or an operator speaks
 */
public record TaskSpec(
    List<String> command,
    SortedMap<String, String> env,
    List<Integer> ports,
    boolean terminal,
    Ending ending,
    String image,
    String workdir,
    boolean keep) {
  /** More ports than a job may declare. */
  public static final int PORTS_MAX = 32;

  private static final Pattern ENV_NAME =
      Pattern.compile("[A-Z_][A-Z0-9_]{0,63}|(?:http|https|ftp|all|no)_proxy");
  private static final List<String> ENV_RESERVED = List.of("CUDA_", "NVIDIA_", "LD_", "MOSU_");

  public TaskSpec {
    command = List.copyOf(command);
    env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
    ports = List.copyOf(ports);
  }

  /** Of a task that ends with its lease. */
  public TaskSpec(
      List<String> command,
      SortedMap<String, String> env,
      List<Integer> ports,
      boolean terminal,
      Ending ending,
      String image,
      String workdir) {
    this(command, env, ports, terminal, ending, image, workdir, false);
  }

  /** Without what makes it interactive. */
  public TaskSpec(List<String> command, SortedMap<String, String> env) {
    this(command, env, List.of(), false);
  }

  /** A plain process that starts in an empty directory and is ended as by default. */
  public TaskSpec(
      List<String> command, SortedMap<String, String> env, List<Integer> ports, boolean terminal) {
    this(command, env, ports, terminal, Ending.DEFAULT, "", "");
  }

  /** Whether {@code name} has the form of a variable's name. */
  public static boolean isEnvName(String name) {
    return ENV_NAME.matcher(name).matches();
  }

  /** Whether a job must not set {@code name}: it tells of devices, or would change who loads. */
  public static boolean isEnvReserved(String name) {
    return ENV_RESERVED.stream().anyMatch(name::startsWith);
  }
}
