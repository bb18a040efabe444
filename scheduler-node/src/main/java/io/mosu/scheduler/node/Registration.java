// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Who speaks for a node, and which devices it has. */
final class Registration {

  private static final String MOVED =
      "its devices are not where those of running leases were; it is asked again until these ended";

  private final NodeId id;
  private final HostCare host;
  private final BiConsumer<NodeEvent, Outcome<NodeEvent, NodeEffect>> journal;

  Registration(
      NodeId id, HostCare host, BiConsumer<NodeEvent, Outcome<NodeEvent, NodeEffect>> journal) {
    this.id = id;
    this.host = host;
    this.journal = journal;
  }

  /** Whether the host of {@code speaker} has been started anew since its agent last spoke. */
  static boolean rebooted(NodeLedger ledger, Speaker speaker) {
    return ledger.speaker().map(old -> !old.boot().equals(speaker.boot())).orElse(false);
  }

  /**
   * Journals what is new of the host; whether its inventory is another than before.
   *
   * @param fresh whether another agent, or the same started anew, speaks from now on
   */
  boolean register(
      HostReport.Hello hello,
      boolean fresh,
      NodeLedger ledger,
      Outcome<NodeEvent, NodeEffect> out) {
    boolean changed =
        !ledger.inventory().equals(Optional.of(hello.inventory()))
            && ledger.allows(hello.inventory());
    if (changed || fresh) {
      Optional<Speaker> who = fresh ? Optional.of(hello.speaker()) : ledger.speaker();
      Inventory inventory =
          changed ? hello.inventory() : ledger.inventory().orElse(hello.inventory());
      journal.accept(new NodeEvent.Registered(inventory, who), out);
    }
    return changed;
  }

  /**
   * The host's devices are in another order than the leases count on: started by these, a task
   * would get the device of another. The agent is sent away, and what it does not run is lost.
   */
  void moved(
      HostReport.Hello hello,
      boolean fresh,
      NodeLedger ledger,
      Moment now,
      Outcome<NodeEvent, NodeEffect> out) {
    if (fresh) {
      boolean rebooted = rebooted(ledger, hello.speaker());
      Inventory before = ledger.inventory().orElse(hello.inventory());
      journal.accept(new NodeEvent.Registered(before, Optional.of(hello.speaker())), out);
      if (rebooted) {
        host.contact().rebooted();
      }
    }
    host.reconcile(hello.tasks(), true, ledger, now, out);
    out.after(
        new NodeEffect.TellAgent(new HostOrder.Refused(id, ledger.epoch(), hello.life(), MOVED)));
  }
}
