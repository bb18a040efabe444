// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "ps", description = "List jobs; those that have ended only on demand.")
final class PsCommand implements Callable<Integer> {
  private static final String ACTIVE = "QUEUED,STARTING,RUNNING,STOPPING,PREEMPTING,REQUEUING";
  private static final int PAGE_SIZE = 500;

  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      description = "Only this tenant's jobs (default: $MOSU_TENANT).")
  @Nullable String tenant;

  @Option(
      names = {"-A", "--all-tenants"},
      description = "All tenants' jobs, whatever $MOSU_TENANT says.")
  boolean isAllTenants;

  @Option(
      names = {"-a", "--all"},
      description = "Jobs that have ended as well.")
  boolean isAll;

  @Option(
      names = "--state",
      paramLabel = "STATE,...",
      description = "Only jobs in these states, such as QUEUED,RUNNING.")
  @Nullable String state;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most this many jobs (default: ${DEFAULT-VALUE}).",
      defaultValue = "10000")
  int limit = 10_000;

  PsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw CliFailure.usage("--limit is below 1: " + limit, "give a positive number");
    }
    ApiClient client = options.client(session);
    List<JsonObject> jobs = new ArrayList<>();
    String pageToken = null;
    do {
      JsonObject page = client.json(Request.get(path(limit - jobs.size(), pageToken)));
      jobs.addAll(page.objects("jobs"));
      pageToken = page.text("nextPageToken");
    } while (pageToken != null && jobs.size() < limit);
    if (jobs.size() > limit) {
      jobs.subList(limit, jobs.size()).clear();
    }
    print(jobs, pageToken);
    return ExitCodes.OK;
  }

  private String path(int count, @Nullable String pageToken) {
    StringBuilder path = new StringBuilder("/v1/jobs?pageSize=").append(Math.min(PAGE_SIZE, count));
    String only = tenant == null ? session.environment().get("MOSU_TENANT") : tenant;
    if (!isAllTenants && only != null && !only.isEmpty()) {
      path.append("&tenant=").append(Request.encode(only));
    }
    String states = state == null ? (isAll ? "" : ACTIVE) : state;
    if (!states.isEmpty()) {
      path.append("&state=").append(states.toUpperCase(Locale.ROOT));
    }
    if (pageToken != null) {
      path.append("&pageToken=").append(Request.encode(pageToken));
    }
    return path.toString();
  }

  private void print(List<JsonObject> jobs, @Nullable String nextPageToken) {
    if (options.isJson()) {
      options.print(
          session, JsonObject.empty().put("jobs", jobs).put("nextPageToken", nextPageToken));
      return;
    }
    Instant now = session.clock().instant();
    Table table = new Table("JOB", "TENANT", "NAME", "STATE", "GPUS", "NODE", "AGE", "REASON");
    for (JsonObject view : jobs) {
      Job job = new Job(view);
      table.row(
          job.id(),
          view.cell("tenant"),
          view.cell("name"),
          job.state(),
          view.cell("gpus"),
          job.nodes(),
          Age.of(view.text("submittedAt"), now),
          job.why());
    }
    options.print(session, table);
    if (nextPageToken != null) {
      session
          .err()
          .println("there are more than " + limit + " jobs: see --limit, --tenant, --state");
    } else if (jobs.isEmpty() && !isAll && state == null) {
      session.err().println("no active jobs; `mosu ps --all` lists those that have ended, too");
    }
  }
}
