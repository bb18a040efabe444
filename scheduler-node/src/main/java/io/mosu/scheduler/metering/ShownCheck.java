// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.tenant.TenantLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Holds what a scheduler node shows, answers of {@code GET /v1/tenants} and {@code GET /v1/nodes}
 * from its board, against the journal. Boards follow the journal: only what was shown of a cluster
 * at rest has to be the same.
 */
final class ShownCheck {
  private static final double MILLI = 1_000.0;

  private final ObjectMapper json = new ObjectMapper();
  private final Map<Path, JsonNode> shown = new TreeMap<>();

  void read(Path file) {
    try {
      JsonNode answer = json.readTree(file.toFile());
      if (!answer.path("tenants").isArray() && !answer.path("nodes").isArray()) {
        throw new IOException("neither tenants nor nodes are in it");
      }
      shown.put(file, answer);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + file, unreadable);
    }
  }

  /** Each entity is shown once, with the sums of its fold. */
  List<Violation> check(Map<String, TenantLedger> tenants, Map<String, NodeLedger> nodes) {
    List<Violation> found = new ArrayList<>();
    Map<String, Map<String, Double>> ofTenants = new TreeMap<>();
    tenants.forEach(
        (id, ledger) -> {
          if (ledger.lastNumber() > 0) { // one that was only asked for is nobody yet
            ofTenants.put(id, sums(ledger));
          }
        });
    Map<String, Map<String, Double>> ofNodes = new TreeMap<>();
    nodes.forEach(
        (id, ledger) ->
            ledger.inventory().ifPresent(i -> ofNodes.put(id, sums(i.devices().size(), ledger))));
    shown.forEach(
        (file, answer) -> {
          if (answer.has("tenants")) {
            compare(file, answer.get("tenants"), ofTenants, found);
          }
          if (answer.has("nodes")) {
            compare(file, answer.get("nodes"), ofNodes, found);
          }
        });
    return found;
  }

  private static Map<String, Double> sums(TenantLedger ledger) {
    Map<String, Double> sums = new LinkedHashMap<>();
    sums.put("queued", (double) ledger.totals().queued());
    sums.put("running", (double) ledger.totals().placed());
    sums.put("ended", (double) ledger.endedCount());
    sums.put("gpusUsed", ledger.totals().stayingMilli() / MILLI);
    if (ledger.active().values().stream().allMatch(j -> j.spec().conditions().beginMs() == 0)) {
      sums.put("gpusWaiting", ledger.totals().waitingMilli() / MILLI); // at any time of day
    }
    sums.put("gpusGuaranteed", ledger.quota().guaranteedMilli() / MILLI);
    sums.put("weight", (double) ledger.quota().weight());
    return sums;
  }

  private static Map<String, Double> sums(int gpus, NodeLedger ledger) {
    Map<String, Double> sums = new LinkedHashMap<>();
    sums.put("gpus", (double) gpus);
    sums.put("leases", (double) ledger.leases().size());
    return sums;
  }

  private static void compare(
      Path file, JsonNode list, Map<String, Map<String, Double>> journaled, List<Violation> found) {
    Set<String> missing = new TreeSet<>(journaled.keySet());
    for (JsonNode one : list) {
      String id = one.path("id").asText();
      Map<String, Double> sums = journaled.get(id);
      if (!missing.remove(id) || sums == null) {
        found.add(shown(file, id + (sums == null ? " is not in the journal" : " is shown twice")));
        continue;
      }
      sums.forEach(
          (what, own) -> {
            if (!one.path(what).isNumber() || one.path(what).asDouble() != own) {
              String detail = "%s: %s is shown as %s, and is %s";
              found.add(shown(file, detail.formatted(id, what, one.path(what), own)));
            }
          });
    }
    missing.forEach(id -> found.add(shown(file, id + " is not shown")));
  }

  private static Violation shown(Path file, String detail) {
    return new Violation(Rule.SHOWN, file.toString(), detail);
  }
}
