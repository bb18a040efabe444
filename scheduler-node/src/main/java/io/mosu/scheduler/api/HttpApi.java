// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import com.typesafe.config.ConfigFactory;
import io.mosu.scheduler.model.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.japi.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API of one scheduler node. It routes by hand: a submission passes no directive, and
 * whatever goes wrong ends in one place as a {@link Problem}.
 */
public final class HttpApi {
  private static final String QUOTA = ":quota";

  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

  /**
   * How long an owner may take to answer, so that no refusal takes 5 s; a fail-over takes longer,
   * and clients try again.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** Above the longest poll and its patience. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(40);

  /** A WebSocket that is quiet for longer is asked whether it lives; one that is silent is cut. */
  private static final String KEEP_ALIVE = "20s";

  private static final int CONNECTIONS_MAX = 8_192;

  private final ApiContext context;
  private final Submission submission;
  private final JobListing listing;
  private final JobRoutes jobs;
  private final LogRoute logs;
  private final StreamRoutes streams;
  private final ClusterRoutes cluster;
  private final BlobRoute blobs;
  private final WallRoute wall;

  private HttpApi(ApiContext context, Duration patience) {
    this.context = context;
    this.blobs = new BlobRoute(context);
    this.submission = new Submission(context, blobs, patience);
    this.listing = new JobListing(context, patience);
    this.jobs = new JobRoutes(context, patience);
    this.logs = new LogRoute(context, patience);
    this.streams = new StreamRoutes(context, patience);
    this.cluster = new ClusterRoutes(context, patience);
    this.wall = new WallRoute(context);
  }

  /** As below, without TLS. */
  static CompletionStage<ServerBinding> bind(ApiContext context, String host, int port) {
    return bind(context, host, port, Optional.empty(), PATIENCE);
  }

  /** Serves the API, the wall and the agent door; port 0 takes any free one. */
  public static CompletionStage<ServerBinding> bind(
      ApiContext context, String host, int port, Optional<HttpsConnectionContext> tls) {
    return bind(context, host, port, tls, PATIENCE);
  }

  static CompletionStage<ServerBinding> bind(
      ApiContext context,
      String host,
      int port,
      Optional<HttpsConnectionContext> tls,
      Duration patience) {
    HttpApi api = new HttpApi(context, patience);
    Function<HttpRequest, CompletionStage<HttpResponse>> others =
        Directives.concat(context.agentDoor(), Directives.handle(api::answer))
            .seal()
            .handler(context.system());
    Function<HttpRequest, CompletionStage<HttpResponse>> all =
        request ->
            isOwn(request.getUri().getPathString()) ? api.answer(request) : others.apply(request);
    ServerBuilder server =
        Http.get(context.system()).newServerAt(host, port).withSettings(settings(context.system()));
    return tls.map(server::enableHttps).orElse(server).bind(all);
  }

  private static ServerSettings settings(ActorSystem<?> system) {
    ServerSettings defaults =
        ServerSettings.create(
            ConfigFactory.parseMap(
                    Map.of(
                        "pekko.http.server.parsing.error-handler",
                        UnreadableRequest.class.getName(),
                        "pekko.http.server.transparent-head-requests",
                        "on",
                        "pekko.http.server.parsing.tls-session-info-header",
                        "on",
                        "pekko.http.server.websocket.periodic-keep-alive-max-idle",
                        KEEP_ALIVE))
                .withFallback(system.settings().config()));
    return defaults
        .withMaxConnections(CONNECTIONS_MAX)
        .withTimeouts(
            defaults
                .getTimeouts()
                .withRequestTimeout(
                    scala.concurrent.duration.Duration.fromNanos(REQUEST_TIMEOUT.toNanos())));
  }

  private static boolean isOwn(String path) {
    return path.startsWith("/v1/") || path.startsWith("/wall");
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    try {
      return dispatch(request).exceptionally(failure -> problem(request, failure));
    } catch (RuntimeException failure) {
      return CompletableFuture.completedFuture(problem(request, failure));
    }
  }

  private CompletionStage<HttpResponse> dispatch(HttpRequest request) {
    List<String> path = new ArrayList<>();
    request.getUri().pathSegments().forEach(path::add);
    String first = path.isEmpty() ? "" : path.get(0);
    if (first.equals("wall")) {
      only(HttpMethods.GET, request);
      return now(wall.page(path));
    }
    if (!first.equals("v1") || path.size() < 2 || path.size() > 4) {
      throw nowhere(request);
    }
    String id = path.size() > 2 ? path.get(2) : "";
    String part = path.size() > 3 ? path.get(3) : "";
    return switch (path.get(1) + "/" + path.size()) {
      case "jobs/2" -> jobs(request);
      case "jobs/3" -> job(request, id);
      case "jobs/4" ->
          switch (part) {
            case "why" -> jobs.why(get(request), id);
            case "logs" -> logs.answer(get(request), id);
            case "exec" -> streams.exec(get(request), id);
            case "attach" -> streams.attach(get(request), id);
            case "tunnel" -> streams.tunnel(get(request), id);
            default -> throw nowhere(request);
          };
      case "blobs/3" -> blobs.answer(request, id);
      case "nodes/2" -> now(cluster.nodes(get(request)));
      case "nodes/3" -> node(request, id);
      case "tenants/2" -> now(cluster.tenants(get(request)));
      case "tenants/3" ->
          id.endsWith(QUOTA)
              ? cluster.setQuota(
                  only(HttpMethods.POST, request), id.substring(0, id.length() - QUOTA.length()))
              : cluster.tenant(get(request), id);
      case "cluster/2" -> now(cluster.cluster(get(request)));
      case "stats/2" -> now(cluster.stats(get(request)));
      case "wall/3" -> {
        if (!id.equals("events")) {
          throw nowhere(request);
        }
        yield now(wall.events(get(request)));
      }
      default -> throw nowhere(request);
    };
  }

  private CompletionStage<HttpResponse> jobs(HttpRequest request) {
    if (request.method().equals(HttpMethods.POST)) {
      return submission.answer(request);
    }
    return listing.answer(only(HttpMethods.GET, request));
  }

  private CompletionStage<HttpResponse> job(HttpRequest request, String id) {
    int colon = id.indexOf(':');
    if (colon < 0) {
      return jobs.show(get(request), id);
    }
    String verb = id.substring(colon + 1);
    if (!JobRoutes.VERBS.contains(verb)) {
      throw nowhere(request);
    }
    return jobs.order(only(HttpMethods.POST, request), id.substring(0, colon), verb);
  }

  private CompletionStage<HttpResponse> node(HttpRequest request, String id) {
    int colon = id.indexOf(':');
    if (colon < 0) {
      return cluster.node(get(request), id);
    }
    String verb = id.substring(colon + 1);
    if (!NodeOrders.VERBS.contains(verb)) {
      throw nowhere(request);
    }
    return cluster.order(only(HttpMethods.POST, request), id.substring(0, colon), verb);
  }

  private static HttpRequest get(HttpRequest request) {
    return only(HttpMethods.GET, request);
  }

  private static HttpRequest only(HttpMethod method, HttpRequest request) {
    if (!request.method().equals(method)) {
      throw new Denial(
          Problem.ofRequest(
              405,
              request.method().value() + " is not what " + path(request) + " takes",
              "use " + method.value()));
    }
    return request;
  }

  private static Denial nowhere(HttpRequest request) {
    return new Denial(
        Problem.ofRequest(404, "nothing is served at " + path(request), "see the API under /v1"));
  }

  private static String path(HttpRequest request) {
    return Parameters.shown(request.getUri().getPathString());
  }

  private HttpResponse problem(HttpRequest request, Throwable failure) {
    Throwable cause = Answers.cause(failure);
    if (!request.entity().isStrict()) {
      request.discardEntityBytes(context.system());
    }
    if (cause instanceof Denial denial) {
      return denial.problem().response();
    }
    LOG.error("request failed method={} path={}", request.method().value(), path(request), cause);
    return Problem.of(Refusal.INTERNAL, "the request failed unexpectedly").response();
  }

  private static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }
}
