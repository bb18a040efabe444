// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.Placement.Part;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import io.mosu.scheduler.wire.JournalEvents;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Folds a whole journal with the rules that wrote it, and holds both sides of every lease against
 * each other. Pure: it is given rows, each entity's in their order.
 */
public final class JournalCheck {

  /** Violations that a report names; the others are counted. */
  private static final int NAMED_MAX = 50;

  /** A lease this young may be one that its tenant has yet to place, or to be asked about. */
  private static final long GRACE_MS = 60_000;

  private static final String NODE = "Node|";
  private static final String TENANT = "Tenant|";

  /** Reads one row's event; throws what it likes where it cannot. */
  @FunctionalInterface
  public interface Decoder {
    Wire decode(String manifest, byte[] payload) throws Exception;
  }

  private final Decoder decoder;
  private final Map<NodeId, NodeFold> nodes = new TreeMap<>();
  private final Map<TenantId, TenantFold> tenants = new TreeMap<>();
  private final Set<String> brokenOff = new HashSet<>();
  private final List<Violation> named = new ArrayList<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private String persistenceId = "";
  private long rows;
  private long otherRows;
  private long newestMs;
  private final Map<Rule, Long> broken = new EnumMap<>(Rule.class);
  private long provisional;
  private long ending;

  public JournalCheck(Decoder decoder) {
    this.decoder = decoder;
  }

  /** Checks the journal in a database; the password is taken from the environment. */
  public static JournalReport of(String url, String user) {
    return folded(url, user).report();
  }

  /** The journal in a database, folded; its report and its grants can be asked for. */
  static JournalCheck folded(String url, String user) {
    JournalCheck check = new JournalCheck(JournalEvents::read);
    try {
      String password = System.getenv().getOrDefault("MOSU_DATABASE_PASSWORD", "");
      new JournalReader(url, user, password).read(check::accept);
    } catch (SQLException failed) {
      throw new IllegalStateException("cannot read the journal: " + failed.getMessage(), failed);
    }
    return check;
  }

  /** What the journal says of the lease {@code token} of {@code node}; null if there was none. */
  LedgerCheck.@Nullable Granted granted(String node, long token) {
    NodeFold fold = nodes.get(new NodeId(node));
    Lease lease = fold == null ? null : fold.granted(token);
    if (lease == null) {
      return null;
    }
    TenantFold tenant = tenants.get(lease.job().tenant());
    TenantFold.Over over = tenant == null ? null : tenant.over(new NodeId(node), token);
    return new LedgerCheck.Granted(
        lease.job().toString(),
        lease.sinceMs(),
        over == null ? Optional.empty() : Optional.of(over.exit().kind()),
        over == null ? 0 : over.writtenMs());
  }

  /** The idempotency key of that job's submission, empty if it had none; null if it never was. */
  @Nullable String key(JobId job) {
    TenantFold fold = tenants.get(job.tenant());
    return fold == null ? null : fold.key(job.number());
  }

  /** How the job ended, or else how it stands at the journal's end; null if it is unknown. */
  @Nullable JobState state(JobId job) {
    TenantFold fold = tenants.get(job.tenant());
    return fold == null ? null : fold.state(job.number());
  }

  /** The tenants by id. */
  Map<String, TenantLedger> tenants() {
    Map<String, TenantLedger> ledgers = new TreeMap<>();
    tenants.forEach((id, fold) -> ledgers.put(id.value(), fold.ledger()));
    return ledgers;
  }

  /** The nodes by id. */
  Map<String, NodeLedger> nodes() {
    Map<String, NodeLedger> ledgers = new TreeMap<>();
    nodes.forEach((id, fold) -> ledgers.put(id.value(), fold.ledger()));
    return ledgers;
  }

  /** The number of the last row of that entity; 0 for none. */
  long sequence(String id) {
    return sequences.getOrDefault(id, 0L);
  }

  /** Takes in the next row; those of one entity in their order. */
  public void accept(JournalRow row) {
    rows++;
    newestMs = Math.max(newestMs, row.writtenMs());
    persistenceId = row.persistenceId();
    long sequence = sequence(persistenceId);
    if (row.sequence() != sequence + 1) {
      violation(Rule.CONTIGUOUS, persistenceId, row.sequence() + " after " + sequence);
    }
    sequences.put(persistenceId, row.sequence());
    if (!persistenceId.startsWith(NODE) && !persistenceId.startsWith(TENANT)) {
      otherRows++;
    } else {
      fold(row);
    }
  }

  /** Holds what was folded so far against each other: all rows that were there at one moment. */
  public JournalReport report() {
    Map<Rule, Long> counted = Map.copyOf(broken);
    int known = named.size();
    JournalReport report = crossed();
    broken.clear(); // what stands against each other now may be mended by the next rows
    broken.putAll(counted);
    named.subList(known, named.size()).clear();
    return report;
  }

  private JournalReport crossed() {
    provisional = 0;
    ending = 0;
    long leases = 0;
    long granted = 0;
    for (Map.Entry<NodeId, NodeFold> node : nodes.entrySet()) {
      granted += node.getValue().leasesGranted();
      for (Lease lease : node.getValue().ledger().leases().values()) {
        leases++;
        check(node.getKey(), lease);
      }
    }
    long jobs = 0;
    long active = 0;
    long ended = 0;
    long placements = 0;
    int invitedMax = 0;
    for (Map.Entry<TenantId, TenantFold> tenant : tenants.entrySet()) {
      TenantFold fold = tenant.getValue();
      jobs += fold.submissions();
      active += fold.ledger().active().size();
      ended += fold.ledger().endedCount();
      placements += fold.placements();
      invitedMax = Math.max(invitedMax, fold.invitedMax());
      check(tenant.getKey(), fold);
    }
    return new JournalReport(
        rows,
        otherRows,
        nodes.size(),
        tenants.size(),
        jobs,
        active,
        ended,
        placements,
        granted,
        leases,
        provisional,
        ending,
        invitedMax,
        broken,
        named);
  }

  private void fold(JournalRow row) {
    Wire event;
    try {
      event = decoder.decode(row.manifest(), row.payload());
    } catch (Exception unreadable) {
      if (brokenOff.contains(persistenceId)) {
        return;
      }
      breakOff(Rule.READABLE, "row %d: %s".formatted(row.sequence(), unreadable));
      return;
    }
    try {
      Optional<Violation> found = Optional.empty();
      if (brokenOff.contains(persistenceId)) {
        if (event instanceof TenantEvent said && persistenceId.startsWith(TENANT)) {
          tenant(persistenceId).count(said); // told and not kept
        }
      } else if (event instanceof NodeEvent said && persistenceId.startsWith(NODE)) {
        NodeId node = new NodeId(persistenceId.substring(NODE.length()));
        found = nodes.computeIfAbsent(node, n -> new NodeFold()).apply(said, persistenceId);
      } else if (event instanceof TenantEvent said && persistenceId.startsWith(TENANT)) {
        TenantFold tenant = tenant(persistenceId);
        tenant.count(said);
        found = tenant.apply(said, row.writtenMs(), persistenceId);
      } else {
        breakOff(Rule.READABLE, "row %d is a %s".formatted(row.sequence(), row.manifest()));
      }
      found.ifPresent(this::violation);
    } catch (RuntimeException impossible) {
      breakOff(Rule.REPLAYS, "row %d: %s".formatted(row.sequence(), impossible.getMessage()));
    }
  }

  private TenantFold tenant(String id) {
    return tenants.computeIfAbsent(new TenantId(id.substring(TENANT.length())), TenantFold::new);
  }

  /** What follows an event that cannot be applied means nothing any more. */
  private void breakOff(Rule rule, String detail) {
    brokenOff.add(persistenceId);
    violation(rule, persistenceId, detail);
  }

  private void check(NodeId node, Lease lease) {
    JobId id = lease.job();
    TenantFold tenant = tenants.get(id.tenant());
    if (tenant == null || id.number() > tenant.ledger().lastNumber()) {
      lease(node, lease, "was never submitted");
      return;
    }
    Job job = tenant.ledger().job(id.number());
    Part part = job == null ? null : part(job, node, lease);
    if (part == null) {
      if (lease.sinceMs() >= Math.min(tenant.lastWrittenMs(), newestMs - GRACE_MS)) {
        provisional++;
      } else {
        lease(node, lease, job == null ? "has ended long ago" : "is not placed there");
      }
    } else if (part.token() != lease.token()
        || part.task() != lease.task()
        || !part.grant().equals(lease.grant())) {
      lease(node, lease, "is placed there with other terms: " + part);
    } else if (part.exit().isPresent()) {
      ending++;
    }
  }

  private void check(TenantId id, TenantFold tenant) {
    String entity = TENANT + id;
    long active = tenant.ledger().active().size();
    long ended = tenant.ledger().endedCount();
    if (tenant.submissions() != active + ended) {
      violation(
          Rule.JOBS_KEPT,
          entity,
          "%d submitted, %d active, %d ended".formatted(tenant.submissions(), active, ended));
    }
    for (Job job : tenant.ledger().active().values()) {
      if (job.state() == JobState.QUEUED || job.placement().isEmpty()) {
        continue;
      }
      Placement placement = job.placement().get();
      for (Part part : placement.parts()) {
        NodeFold node = nodes.get(part.node());
        Lease lease = node == null ? null : node.ledger().leases().get(placement.negotiation());
        if (part.exit().isEmpty() && (lease == null || lease.token() != part.token())) {
          violation(
              Rule.TASK_HAS_LEASE,
              entity,
              "task %d of job %s on node %s has lease %s, not token %d"
                  .formatted(part.task(), job.id(), part.node(), lease, part.token()));
        }
      }
    }
  }

  private static @Nullable Part part(Job job, NodeId node, Lease lease) {
    return job.placement()
        .filter(placement -> placement.negotiation().equals(lease.negotiation()))
        .flatMap(placement -> placement.part(node))
        .orElse(null);
  }

  private void lease(NodeId node, Lease lease, String what) {
    violation(
        Rule.LEASE_HAS_JOB,
        NODE + node,
        "job %s of lease %d, negotiation %s, %s"
            .formatted(lease.job(), lease.token(), lease.negotiation(), what));
  }

  private void violation(Rule rule, String entity, String detail) {
    violation(new Violation(rule, entity, detail));
  }

  private void violation(Violation violation) {
    broken.merge(violation.rule(), 1L, Long::sum);
    if (named.size() < NAMED_MAX) {
      named.add(violation);
    }
  }
}
