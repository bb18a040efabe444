// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.door;

import io.mosu.pki.AgentNames;
import io.mosu.pki.Authority;
import io.mosu.pki.JoinToken;
import io.mosu.pki.KeyRequest;
import io.mosu.pki.Pem;
import io.mosu.pki.TlsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Authorization;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.unmarshalling.Unmarshaller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Issues agents' certificates beside their door: the first one for a {@link JoinToken}, each later
 * one for the one before. Needs the key of the agents' authority.
 */
public final class Enrolment {
  private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);
  private static final long REQUEST_BYTES_MAX = 16_384;

  private final Path folder;
  private final Duration validity;
  private final TokenUses uses;
  private final InstantSource clock;

  /**
   * For scheduler nodes whose certificates are in {@code folder}.
   *
   * @param validity of what is issued
   */
  public Enrolment(Path folder, Duration validity, TokenUses uses, InstantSource clock) {
    this.folder = folder;
    this.validity = validity;
    this.uses = uses;
    this.clock = clock;
  }

  /** The routes {@code door/authority}, {@code door/join} and {@code door/renew}. */
  public Route route(ActorSystem<?> system, String door) {
    return Directives.extractRequest(
        request -> {
          String path = request.getUri().getPathString();
          if (path.equals(door + "/authority")) {
            return Directives.get(() -> answer(system, this::authority));
          }
          if (path.equals(door + "/join")) {
            return posted(body -> answer(system, () -> join(request, body)));
          }
          if (path.equals(door + "/renew")) {
            return posted(body -> answer(system, () -> renew(request, body)));
          }
          return Directives.reject();
        });
  }

  private interface Work {
    HttpResponse answer() throws IOException, TokenUses.Unavailable;
  }

  private static Route posted(Function<String, Route> then) {
    return Directives.post(
        () ->
            Directives.withSizeLimit(
                REQUEST_BYTES_MAX, () -> Directives.entity(Unmarshaller.entityToString(), then)));
  }

  private static Route answer(ActorSystem<?> system, Work work) {
    return Directives.completeWithFuture(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return work.answer();
              } catch (IOException wrong) {
                return text(StatusCodes.BAD_REQUEST, String.valueOf(wrong.getMessage()));
              } catch (TokenUses.Unavailable away) {
                LOG.warn("token not looked at", away);
                return text(StatusCodes.SERVICE_UNAVAILABLE, "the database does not answer");
              }
            },
            system.dispatchers().lookup(DispatcherSelector.blocking())));
  }

  private HttpResponse authority() throws IOException {
    return text(
        StatusCodes.OK, Pem.text(Pem.certificate(folder.resolve(TlsFolder.NODES_AUTHORITY))));
  }

  private HttpResponse join(HttpRequest request, String body)
      throws IOException, TokenUses.Unavailable {
    if (!Files.exists(folder.resolve(TlsFolder.AGENTS_KEY))) {
      return none();
    }
    Authority agents = Authority.ofAgents(folder);
    Optional<String> bearer =
        request.getHeader(Authorization.class).map(header -> header.credentials().token());
    JoinToken token;
    try {
      token = JoinToken.verified(bearer.orElse(""), agents.key(), clock.instant());
    } catch (JoinToken.Unusable unusable) {
      return text(StatusCodes.UNAUTHORIZED, String.valueOf(unusable.getMessage()));
    }
    PublicKey key = KeyRequest.read(body);
    if (!uses.use(token, JoinToken.digest(key))) {
      LOG.warn("join token used twice token={} names={}", token.id(), token.names());
      return text(
          StatusCodes.CONFLICT,
          "the join token was used already; make another one, and ask who used it");
    }
    return issue(agents, key, token.names(), "joined");
  }

  private HttpResponse renew(HttpRequest request, String body) throws IOException {
    if (!Files.exists(folder.resolve(TlsFolder.AGENTS_KEY))) {
      return none();
    }
    Optional<AgentNames> names = AgentCertificate.of(request);
    if (names.isEmpty() || clock.instant().isAfter(names.get().until())) {
      return text(
          StatusCodes.UNAUTHORIZED, "renewing needs the agent's own certificate, not yet ended");
    }
    return issue(Authority.ofAgents(folder), KeyRequest.read(body), names.get().names(), "renewed");
  }

  private HttpResponse issue(Authority agents, PublicKey key, List<String> names, String how) {
    var issued = agents.certifyAgent(key, names, validity, clock.instant());
    LOG.info(
        "agent {} names={} serial={} until={}",
        how,
        names,
        issued.getSerialNumber().toString(16),
        issued.getNotAfter().toInstant());
    return text(StatusCodes.OK, Pem.text(issued));
  }

  private HttpResponse none() {
    return text(
        StatusCodes.NOT_FOUND,
        "this scheduler node issues no certificates: mosu ca node --enrol lets it, mosu ca agent"
            + " makes one by hand");
  }

  private static HttpResponse text(StatusCode status, String text) {
    return HttpResponse.create().withStatus(status).withEntity(text + "\n");
  }
}
