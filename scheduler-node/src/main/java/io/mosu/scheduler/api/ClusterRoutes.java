// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.node.NodeView;
import io.mosu.scheduler.tenant.TenantAnswer.Shown;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Nodes, tenants and scheduler nodes: lists from the board, one by asking its owner. */
final class ClusterRoutes {
  private final ApiContext context;
  private final Board board;
  private final Duration patience;

  ClusterRoutes(ApiContext context, Duration patience) {
    this.context = context;
    this.board = context.board();
    this.patience = patience;
  }

  private record Nodes(List<NodeSummary> nodes) {}

  private record Tenants(List<TenantView> tenants) {}

  private record Stats(Map<String, Long> counters) {}

  HttpResponse nodes(HttpRequest request) {
    String supplier = new Parameters(request, List.of("supplier")).text("supplier");
    return Json.ok(
        new Nodes(
            board.offerings().stream()
                .filter(o -> supplier == null || o.inventory().supplier().equals(supplier))
                .map(NodeSummary::of)
                .toList()));
  }

  CompletionStage<HttpResponse> node(HttpRequest request, String id) {
    Parameters.refuseAny(request);
    Offering known = known(id);
    return Answers.read(
            context.entities().node(known.digest().node(), new NodeQuery.Show(), patience),
            NodeView.class)
        .thenApply(view -> Json.ok(NodeDetail.of(view, known.inventory())));
  }

  /** One of {@link NodeOrders#VERBS}: what an operator tells a node. */
  CompletionStage<HttpResponse> order(HttpRequest request, String id, String verb) {
    NodeQuery order = NodeOrders.of(request, verb);
    Offering known = known(id);
    return Answers.write(
            context.entities().node(known.digest().node(), order, patience), NodeView.class)
        .thenApply(view -> Json.ok(NodeDetail.of(view, known.inventory())));
  }

  private Offering known(String id) {
    return board.offerings().stream()
        .filter(offering -> offering.digest().node().value().equals(id))
        .findFirst()
        .orElseThrow(() -> new Denial(Refusal.UNKNOWN_NODE, "no node " + Parameters.shown(id)));
  }

  HttpResponse tenants(HttpRequest request) {
    Parameters.refuseAny(request);
    return Json.ok(new Tenants(board.demands().stream().map(TenantView::of).toList()));
  }

  CompletionStage<HttpResponse> tenant(HttpRequest request, String id) {
    Parameters.refuseAny(request);
    if (!Ids.isTenant(id) || !board.knows(new TenantId(id))) {
      throw new Denial(Refusal.UNKNOWN_TENANT, "no tenant " + Parameters.shown(id));
    }
    return Answers.read(
            context.entities().tenant(new TenantId(id), new TenantQuery.Show(), patience),
            Shown.class)
        .thenApply(shown -> Json.ok(TenantView.of(shown.demand())));
  }

  /** Sets what a tenant may use, also before its first job; what is not named is not limited. */
  CompletionStage<HttpResponse> setQuota(HttpRequest request, String id) {
    if (!Ids.isTenant(id)) {
      throw new Denial(Refusal.UNKNOWN_TENANT, "no tenant " + Parameters.shown(id));
    }
    Parameters given = new Parameters(request, List.of("guaranteed", "limit", "weight"));
    long most = Quota.NONE.limitMilli() / Device.WHOLE_MILLI;
    long limit = given.whole("limit", 0, most, most);
    Quota quota =
        new Quota(
            Device.WHOLE_MILLI * given.whole("guaranteed", 0, limit, 0),
            Device.WHOLE_MILLI * limit,
            given.whole("weight", 1, Quota.WEIGHT_MAX, 1));
    return Answers.write(
            context.entities().tenant(new TenantId(id), new TenantQuery.SetQuota(quota), patience),
            Shown.class)
        .thenApply(shown -> Json.ok(TenantView.of(shown.demand())));
  }

  HttpResponse cluster(HttpRequest request) {
    Parameters.refuseAny(request);
    return Json.ok(ClusterView.of(context.system()));
  }

  HttpResponse stats(HttpRequest request) {
    Parameters.refuseAny(request);
    return Json.ok(new Stats(new TreeMap<>(context.counters().get())));
  }
}
