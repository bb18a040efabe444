// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.node.DeviceHealth.Grade;
import io.mosu.scheduler.node.HealthPolicy.Action;
import io.mosu.scheduler.node.NodeEffect.TellAgent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The part of a node's rules that grades its devices: what an agent saw takes one out, a canary
 * brings it back, and who fails again stays out. Its neighbours stay in.
 */
final class DeviceCare {

  /** An agent that has not answered a canary for so long is asked again. */
  private static final long CANARY_LIMIT_MS = 180_000;

  private static final String XID = "xid-";

  /** What is planned to bring one device back. */
  private static final class Return {
    long dueTickMs;
    long asked;
    int failed;
  }

  private final NodeId id;
  private final HealthPolicy policy;
  private final BiConsumer<NodeEvent, Outcome<NodeEvent, NodeEffect>> journal;
  private final Map<String, Return> returns = new TreeMap<>();
  private long canaries;

  DeviceCare(
      NodeId id,
      NodeLedger ledger,
      HealthPolicy policy,
      Moment now,
      BiConsumer<NodeEvent, Outcome<NodeEvent, NodeEffect>> journal) {
    this.id = id;
    this.policy = policy;
    this.journal = journal;
    ledger.standing().health().forEach((uuid, health) -> plan(uuid, health, now));
  }

  /** Takes in what the agent saw; whether any device is offered no more. */
  boolean onSigns(
      HostReport.Signs report,
      NodeLedger ledger,
      HostCare host,
      Moment now,
      Outcome<NodeEvent, NodeEffect> out) {
    NodeLedger known = ledger;
    for (DeviceSign sign : report.signs()) {
      int index = index(known, sign.uuid());
      DeviceHealth health = known.standing().of(sign.uuid());
      Action action = policy.action(sign);
      Long seen = health.seen().get(sign.code());
      if (index >= 0 && action != Action.JOB && (seen == null || seen < sign.serial())) {
        DeviceHealth graded = after(health, sign, action, now);
        known = grade(sign.uuid(), index, graded, exit(sign), known, host, now, out);
      }
    }
    out.after(new TellAgent(new HostOrder.SignsKept(id, ledger.epoch(), report.number())));
    return !known.offered().equals(ledger.offered());
  }

  /** A canary ended; whether the device is offered again. */
  boolean onCanary(
      HostReport.CanaryEnded ended,
      NodeLedger ledger,
      Moment now,
      Outcome<NodeEvent, NodeEffect> out) {
    Return back = returns.get(ended.uuid());
    if (back == null || back.asked != ended.number()) {
      return false; // of one that a later sign has overtaken
    }
    DeviceHealth health = ledger.standing().of(ended.uuid());
    back.asked = 0;
    if (ended.passed()) {
      returns.remove(ended.uuid());
      journal.accept(
          new NodeEvent.DeviceGraded(
              ended.uuid(), health.graded(Grade.OK, false, "", "", now.wallMs())),
          out);
      return true;
    }
    back.failed++;
    if (back.failed >= policy.canariesMax()) {
      returns.remove(ended.uuid());
      String why = health.detail() + "; then its canary failed: " + ended.detail();
      journal.accept(
          new NodeEvent.DeviceGraded(
              ended.uuid(),
              health.graded(
                  health.grade(),
                  true,
                  health.code(),
                  why.substring(0, Math.min(why.length(), 2 * DeviceSign.DETAIL_MAX)),
                  health.sinceMs())),
          out);
    } else {
      back.dueTickMs = now.tickMs() + (policy.canaryAfterMs() << back.failed);
    }
    return false;
  }

  /** An operator takes a device out. */
  NodeLedger quarantine(
      Device device,
      String reason,
      NodeLedger ledger,
      HostCare host,
      Moment now,
      Outcome<NodeEvent, NodeEffect> out) {
    DeviceHealth health =
        ledger
            .standing()
            .of(device.uuid())
            .graded(Grade.QUARANTINED, true, "operator", reason, now.wallMs());
    Exit exit = new Exit(Exit.Kind.DEVICE_FAULT, 0);
    return grade(device.uuid(), device.index(), health, exit, ledger, host, now, out);
  }

  /** An operator brings a device back, whatever it did before. */
  void restore(Device device, NodeLedger ledger, Outcome<NodeEvent, NodeEffect> out) {
    DeviceHealth health = ledger.standing().of(device.uuid());
    returns.remove(device.uuid());
    if (!health.offered() || health.strikes() > 0) {
      journal.accept(
          new NodeEvent.DeviceGraded(
              device.uuid(), new DeviceHealth(Grade.OK, false, "", "", 0, 0, 0, health.seen())),
          out);
    }
  }

  long nextTickMs() {
    return returns.values().stream().mapToLong(back -> back.dueTickMs).min().orElse(Long.MAX_VALUE);
  }

  void wake(NodeLedger ledger, boolean reachable, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    for (Map.Entry<String, Return> entry : returns.entrySet()) {
      Return back = entry.getValue();
      if (back.dueTickMs > now.tickMs()) {
        continue;
      }
      int index = index(ledger, entry.getKey());
      boolean idle =
          ledger.leases().values().stream()
              .noneMatch(lease -> lease.grant().devices().contains(index));
      if (reachable && index >= 0 && idle) {
        canaries++;
        back.asked = canaries;
        back.dueTickMs = now.tickMs() + CANARY_LIMIT_MS;
        out.after(
            new TellAgent(new HostOrder.RunCanary(id, ledger.epoch(), entry.getKey(), back.asked)));
      } else {
        back.dueTickMs = now.tickMs() + policy.canaryAfterMs();
      }
    }
  }

  private NodeLedger grade(
      String uuid,
      int index,
      DeviceHealth graded,
      Exit exit,
      NodeLedger ledger,
      HostCare host,
      Moment now,
      Outcome<NodeEvent, NodeEffect> out) {
    NodeEvent event = new NodeEvent.DeviceGraded(uuid, graded);
    journal.accept(event, out);
    NodeLedger known = ledger.apply(event);
    returns.remove(uuid);
    plan(uuid, graded, now);
    if (graded.grade() == Grade.QUARANTINED) {
      for (Lease lease : List.copyOf(ledger.leases().values())) {
        if (lease.grant().devices().contains(index)) {
          known = host.endFor(lease, exit, known, now, out);
        }
      }
    }
    return known;
  }

  private void plan(String uuid, DeviceHealth health, Moment now) {
    if (!health.offered() && !health.stays()) {
      Return back = new Return();
      back.dueTickMs = now.tickMs() + policy.canaryAfterMs();
      returns.put(uuid, back);
    }
  }

  /** A device that is out already is not struck again; it may only fare worse. */
  private DeviceHealth after(DeviceHealth health, DeviceSign sign, Action action, Moment now) {
    DeviceHealth seen = health.saw(sign.code(), sign.serial());
    Grade grade = action == Action.SUSPECT ? Grade.SUSPECT : Grade.QUARANTINED;
    boolean stays = action == Action.OUT;
    if (health.offered()) {
      boolean remembered =
          health.strikes() > 0 && now.wallMs() - health.struckMs() < policy.memoryMs();
      int strikes = remembered ? health.strikes() + 1 : 1;
      return seen.struck(strikes, now.wallMs())
          .graded(
              grade,
              stays || strikes >= policy.strikesMax(),
              sign.code(),
              sign.detail(),
              now.wallMs());
    }
    boolean worse = grade.compareTo(health.grade()) > 0 || (stays && !health.stays());
    return worse
        ? seen.graded(
            grade.compareTo(health.grade()) > 0 ? grade : health.grade(),
            stays || health.stays(),
            sign.code(),
            sign.detail(),
            now.wallMs())
        : seen;
  }

  private static int index(NodeLedger ledger, String uuid) {
    return ledger.inventory().map(Inventory::devices).orElse(List.of()).stream()
        .filter(device -> device.uuid().equals(uuid))
        .mapToInt(Device::index)
        .findFirst()
        .orElse(-1);
  }

  /** The Xid stands as the exit's code, as far as there is one. */
  private static Exit exit(DeviceSign sign) {
    String digits = sign.code().startsWith(XID) ? sign.code().substring(XID.length()) : "";
    int code = digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : 0;
    return new Exit(Exit.Kind.DEVICE_FAULT, code);
  }
}
