// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.transcript;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.TenantQuery;
import io.mosu.testing.Specimens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the commands of a transcript: one per line, {@code verb word... key=value...}.
 *
 * <pre>
 * nodes n1=8xH100 n2=4xH100        hosts whose agents have spoken
 * submit acme gpus=4 [nodes=2] [priority=1] [retries=1]
 * cancel acme 1
 * tick 500                         milliseconds
 * drop Award n1                    the next one from or to n1 is lost
 * delay Award n1                   ... comes when the script says release
 * double Proposal n1               ... comes once more at release
 * release
 * mute n1 / unmute n1              all messages from and to n1 are lost
 * freeze acme                      its board hears no news
 * crash n1 / crash acme
 * exit n1 token=1 code=0           the task's process ends
 * silence n1 / back n1             its agent is cut off
 * quota acme guaranteed=4 limit=8   what it may use, in GPUs
 * show                             jobs and leases
 * </pre>
 */
final class Script {

  private final Play play = new Play();

  /** Does the commands and tells what was said. */
  List<String> run(List<String> commands) {
    for (String command : commands) {
      run(command);
    }
    List<String> told = new ArrayList<>(play.told());
    if (commands.get(commands.size() - 1).equals("show")) {
      told.addAll(shown());
    }
    return told.isEmpty() ? List.of("ok") : told;
  }

  private void run(String command) {
    String[] words = command.split(" +", -1);
    Map<String, String> values = new HashMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        values.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    switch (words[0]) {
      case "nodes" -> new TreeMap<>(values).forEach(this::node);
      case "submit" -> submit(words[1], values);
      case "quota" -> quota(words[1], values);
      case "cancel" -> play.ask(words[1], new TenantQuery.Cancel(Long.parseLong(words[2])));
      case "hold" -> play.ask(words[1], new TenantQuery.Hold(Long.parseLong(words[2])));
      case "free" -> play.ask(words[1], new TenantQuery.Release(Long.parseLong(words[2])));
      case "requeue" -> play.ask(words[1], new TenantQuery.Requeue(Long.parseLong(words[2])));
      case "tick" -> play.pass(Long.parseLong(words[1]));
      case "drop" -> play.drop(words[1], words[2]);
      case "delay" -> play.delay(words[1], words[2]);
      case "double" -> play.twice(words[1], words[2]);
      case "release" -> play.release();
      case "mute" -> play.mute(words[1]);
      case "unmute" -> play.unmute(words[1]);
      case "freeze" -> play.freeze(words[1]);
      case "crash" -> play.crash(words[1]);
      case "exit" ->
          play.exit(
              words[1],
              number(values, "token", 0),
              new Exit(Exit.Kind.EXITED, number(values, "code", 0)));
      case "silence" -> play.silence(words[1]);
      case "back" -> play.back(words[1]);
      case "show" -> {}
      default -> throw new IllegalArgumentException("no command: " + command);
    }
  }

  private void node(String name, String what) {
    int times = what.indexOf('x');
    play.addNode(
        name,
        Specimens.host(Integer.parseInt(what.substring(0, times)), what.substring(times + 1)));
  }

  private void submit(String tenant, Map<String, String> values) {
    play.addTenant(tenant);
    int gpus = number(values, "gpus", 1);
    JobSpec spec =
        new JobSpec(
            "job",
            "project",
            number(values, "nodes", 1),
            new Shape(gpus, 1000, new TreeSet<>(), 1_000, 1_000),
            number(values, "priority", 0),
            number(values, "retries", 0),
            new TaskSpec(List.of("train"), new TreeMap<>()));
    play.ask(tenant, new TenantQuery.Submit(spec, ""));
  }

  private void quota(String tenant, Map<String, String> values) {
    play.addTenant(tenant);
    long most = Quota.NONE.limitMilli();
    Quota quota =
        new Quota(
            1_000L * number(values, "guaranteed", 0),
            values.containsKey("limit") ? 1_000L * number(values, "limit", 0) : most,
            number(values, "weight", 1));
    play.ask(tenant, new TenantQuery.SetQuota(quota));
  }

  private List<String> shown() {
    List<String> lines = new ArrayList<>();
    play.tenants()
        .values()
        .forEach(
            tenant -> {
              List<Job> jobs = new ArrayList<>(tenant.ledger().active().values());
              jobs.addAll(tenant.ledger().ended().values());
              jobs.forEach(
                  job ->
                      lines.add(
                          "%s %s attempt=%d".formatted(job.id(), job.state(), job.attempt())));
            });
    play.nodes()
        .forEach(
            (name, node) ->
                lines.add(
                    name
                        + " leases "
                        + node.ledger().leases().values().stream()
                            .map(Lease::token)
                            .sorted()
                            .toList()));
    return lines;
  }

  private static int number(Map<String, String> values, String key, int otherwise) {
    return Integer.parseInt(values.getOrDefault(key, Integer.toString(otherwise)));
  }
}
