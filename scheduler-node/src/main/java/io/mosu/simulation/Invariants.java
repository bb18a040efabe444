// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What must hold after every step, judged from what is written and from the processes that run;
 * never from what anybody says.
 */
public final class Invariants {

  /** An invariant that does not hold. */
  public static final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String what) {
      super(what);
    }
  }

  /** One task's lease, named for ever: a node never gives a token twice. */
  private record Token(NodeId node, long token) {}

  /** What was being negotiated when a quota was set may still be placed. */
  private static final long NEGOTIATED_MS = 30_000;

  private final Map<TenantId, Long> quotaSetMs = new HashMap<>();
  private final World world;
  private final Map<NodeId, Long> lastToken = new HashMap<>();
  private final Map<String, Long> lastEpoch = new HashMap<>();
  private final Map<Token, Lease> leases = new HashMap<>();

  /** Exit codes of processes that are gone; -1 of those that were stopped. */
  private final Map<Token, Integer> exits = new HashMap<>();

  private final Map<JobId, Set<HostProcess>> live = new HashMap<>();
  private final Set<JobId> failed = new HashSet<>();
  private final Set<JobId> ended = new HashSet<>();

  Invariants(World world) {
    this.world = world;
  }

  /** A node's event has become durable. */
  void written(NodeId node, NodeLedger ledger, NodeEvent event) {
    if (event instanceof NodeEvent.EpochClaimed claimed) {
      epoch(node.value(), claimed.epoch());
    } else if (event instanceof NodeEvent.Leased leased) {
      Lease lease = leased.lease();
      long before = lastToken.getOrDefault(node, 0L);
      check(lease.token() > before, "token", lease.token(), "after", before, "on", node);
      lastToken.put(node, lease.token());
      offered(node, ledger, lease);
      leases.put(new Token(node, lease.token()), lease);
    } else if (event instanceof NodeEvent.Released released) {
      check(
          !world.host(node).processes().live(released.token()),
          node,
          "releases token",
          released.token(),
          ", whose process lives");
    }
    Room free = ledger.free();
    for (Lease lease : ledger.leases().values()) {
      free = free.plus(lease.grant());
    }
    check(
        ledger.inventory().isEmpty() || free.equals(Room.all(ledger.inventory().get())),
        "free and leased of",
        node,
        "are not its inventory:",
        free);
  }

  /** What is drained or out for its health is leased to nobody. */
  private static void offered(NodeId node, NodeLedger ledger, Lease lease) {
    check(!ledger.standing().drain().begun(), node, "is drained, but leases", lease);
    for (int device : lease.grant().devices()) {
      String uuid = ledger.inventory().orElseThrow().devices().get(device).uuid();
      check(ledger.standing().of(uuid).offered(), node, "leases", uuid, "that is out, by", lease);
    }
  }

  /** A tenant's event has become durable. */
  void written(TenantLedger ledger, TenantEvent event) {
    if (event instanceof TenantEvent.EpochClaimed claimed) {
      epoch(ledger.tenant().value(), claimed.epoch());
    } else if (event instanceof TenantEvent.QuotaSet) {
      quotaSetMs.put(ledger.tenant(), world.nowMs());
    } else if (event instanceof TenantEvent.Preempted preempted) {
      world.chronicle().count("preempted");
      TenantLedger.Totals totals = ledger.totals();
      check(
          totals.stayingMilli() >= ledger.quota().guaranteedMilli(),
          new JobId(ledger.tenant(), preempted.number()),
          "was preempted, and leaves",
          totals.stayingMilli(),
          "GPU milli of those guaranteed");
    } else if (event instanceof TenantEvent.Placed placed) {
      check(
          ledger.totals().usedMilli() <= ledger.quota().limitMilli()
              || world.nowMs() < quotaSetMs.getOrDefault(ledger.tenant(), 0L) + NEGOTIATED_MS,
          ledger.tenant(),
          "uses",
          ledger.totals().usedMilli(),
          "GPU milli, beyond its limit");
      JobId job = new JobId(ledger.tenant(), placed.number());
      Awaited.placed(ledger, job(ledger, placed.number()), world.wallMs());
      placed(job, placed.placement());
    } else if (event instanceof TenantEvent.Requeued again) {
      JobId job = new JobId(ledger.tenant(), again.number());
      Set<HostProcess> processes = live.getOrDefault(job, Set.of());
      check(processes.isEmpty(), job, "waits again, but", processes.size(), "processes live");
      if (job(ledger, again.number()).stand().requeues() > 0) {
        world.chronicle().count("requeued");
      }
    } else if (event instanceof TenantEvent.Held held && held.held()) {
      world.chronicle().count("put on hold");
    } else if (event instanceof TenantEvent.TaskEnded task) {
      JobId job = new JobId(ledger.tenant(), task.number());
      Placement placement = job(ledger, task.number()).placement().orElseThrow();
      Placement.Part part = placement.parts().get(task.task());
      check(
          !world.host(part.node()).processes().live(part.token()),
          job,
          "task",
          task.task(),
          "ended as",
          task.exit(),
          ", but its process lives on",
          part.node());
    } else if (event instanceof TenantEvent.Ended end) {
      JobId job = new JobId(ledger.tenant(), end.number());
      check(ended.add(job), job, "ended twice");
      Set<HostProcess> processes = live.getOrDefault(job, Set.of());
      check(processes.isEmpty(), job, "ended, but", processes.size(), "processes live");
      if (end.state() == JobState.COMPLETED) {
        completed(job, job(ledger, end.number()).placement().orElseThrow());
      } else if (Awaited.ended(ledger, job(ledger, end.number()), world.wallMs())) {
        Job never = job(ledger, end.number());
        boolean late = never.stand().barred().isEmpty();
        world.chronicle().count(late ? "too late" : "never started");
      } else if (end.state() == JobState.FAILED) {
        int losses = job(ledger, end.number()).losses();
        check(
            failed.contains(job) || losses >= world.settings().tenant().lossesMax(),
            job,
            "failed, but no task of it did, and it lost only hosts:",
            losses);
      } else {
        check(world.clients().cancels(job), job, "was cancelled by nobody");
      }
    }
  }

  /** A process has come to be. */
  void started(AgentHost host, HostProcess process) {
    JobId id = process.start.job();
    Token token = new Token(host.node, process.start.token());
    Lease lease = leases.get(token);
    if (lease == null || !world.nodeLedger(host.node).leases().containsValue(lease)) {
      throw new Violation("%s runs on %s without a lease: %s".formatted(id, host.node, token));
    }
    NegotiationId negotiation = lease.negotiation();
    Job job = job(world.tenantLedger(id.tenant()), id.number());
    check(
        !job.state().terminal()
            && job.placement().map(p -> p.negotiation().equals(negotiation)).orElse(false)
            && job.placement().flatMap(p -> p.part(host.node)).orElseThrow().exit().isEmpty(),
        id,
        "runs on",
        host.node,
        "by",
        negotiation,
        ", but it is",
        job.state(),
        "at",
        job.placement());
    for (HostProcess other : live.computeIfAbsent(id, j -> new HashSet<>())) {
      check(
          other.start.task() != process.start.task(),
          id,
          "task",
          process.start.task(),
          "runs twice at once");
    }
    check(!exits.containsKey(token), token, "ran before");
    live.computeIfAbsent(id, j -> new HashSet<>()).add(process);
    int devices = world.nodeLedger(host.node).inventory().orElseThrow().devices().size();
    check(!HostProcesses.over(host.processes().used(devices)), "overlap on", host.node);
  }

  /** A process is gone. */
  void ended(AgentHost host, HostProcess process) {
    live.getOrDefault(process.start.job(), new HashSet<>()).remove(process);
    Exit exit = process.exit;
    if (!process.killed && exit != null && exit.code() != 0) {
      failed.add(process.start.job());
    }
    exits.put(
        new Token(host.node, process.start.token()),
        process.killed || exit == null ? -1 : exit.code());
  }

  /** After all faults and a long calm: nothing is left that nobody waits for. */
  void settled() {
    for (Map.Entry<JobId, Set<HostProcess>> entry : live.entrySet()) {
      check(entry.getValue().isEmpty(), entry.getKey(), "still runs");
    }
    for (AgentHost host : world.hosts()) {
      NodeLedger ledger = world.nodeLedger(host.node);
      check(ledger.leases().isEmpty(), host.node, "keeps", ledger.leases().values());
      check(
          ledger.free().equals(Room.all(ledger.inventory().orElseThrow())),
          host.node,
          "is not free:",
          ledger.free());
      check(host.open().isEmpty(), "the agent of", host.node, "keeps tokens", host.open());
    }
    for (TenantLedger ledger : world.tenantLedgers()) {
      check(ledger.active().isEmpty(), "jobs wait for ever:", ledger.active().values());
    }
    for (Client.Order order : world.clients().orders()) {
      acknowledged(order);
    }
  }

  /** A client has been told that its job is taken in. */
  void acknowledged(Client.Order order) {
    long number = order.number();
    if (number > 0) {
      Job job = job(world.tenantLedger(order.tenant()), number);
      check(job.key().equals(order.key()), job.id(), "is not the job of key", order.key());
      check(job.spec().equals(order.spec()), job.id(), "is another job than was submitted");
    }
  }

  /** A client was told two numbers for one key. */
  void sameNumber(Client.Order order, long number) {
    check(
        order.number() == 0 || order.number() == number,
        "key",
        order.key(),
        "got jobs",
        order.number(),
        "and",
        number);
  }

  private void placed(JobId id, Placement placement) {
    for (Placement.Part part : placement.parts()) {
      Lease lease = world.nodeLedger(part.node()).leases().get(placement.negotiation());
      check(
          lease != null && lease.token() == part.token() && lease.task() == part.task(),
          id,
          "is placed on",
          part.node(),
          ", where task",
          part.task(),
          "has no lease");
    }
  }

  private void completed(JobId id, Placement placement) {
    for (Placement.Part part : placement.parts()) {
      int code = exits.getOrDefault(new Token(part.node(), part.token()), -1);
      check(code == 0, id, "counts as completed, but task", part.task(), "ended with", code);
    }
  }

  private void epoch(String entity, long epoch) {
    long before = lastEpoch.getOrDefault(entity, 0L);
    check(epoch > before, "epoch", epoch, "after", before, "of", entity);
    lastEpoch.put(entity, epoch);
  }

  private static Job job(TenantLedger ledger, long number) {
    Job job = ledger.job(number);
    if (job == null) {
      throw new Violation("job %d of %s is lost".formatted(number, ledger.tenant()));
    }
    return job;
  }

  private static void check(boolean holds, Object... words) {
    if (!holds) {
      throw new Violation(
          Arrays.stream(words).map(String::valueOf).collect(Collectors.joining(" ")));
    }
  }
}
