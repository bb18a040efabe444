// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSource;
import org.apache.pekko.util.ByteString;

/** The wall: one page that asks nobody but this server, and its live feed. */
final class WallRoute {
  /** Events that a slow client may be behind; then it is cut off, and begins anew. */
  private static final int BEHIND_MAX = 8;

  private static final ByteString RECONNECT = ByteString.fromString("retry: 2000\n\n");
  private static final List<HttpHeader> HEADERS =
      List.of(
          RawHeader.create(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                  + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Referrer-Policy", "no-referrer"),
          RawHeader.create("Cache-Control", "no-cache"));

  private final ActorRef<WallActor.Command> wall;
  private final Map<String, HttpResponse> files = new LinkedHashMap<>();

  WallRoute(ApiContext context) {
    ActorSystem<?> system = context.system();
    wall = system.systemActorOf(WallActor.create(context.board()), "wall", Props.empty());
    add("wall.html", ContentTypes.TEXT_HTML_UTF8);
    add("wall.css", MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8));
    add("wall.js", MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8));
  }

  /** The page for {@code /wall}, what it loads for {@code /wall/NAME}. */
  HttpResponse page(List<String> path) {
    String name = path.size() < 2 || path.get(1).isEmpty() ? "wall.html" : path.get(1);
    HttpResponse file = files.get(name);
    if (file == null || path.size() > 2) {
      throw new Denial(
          Problem.ofRequest(404, "the wall has no file " + Parameters.shown(name), "open /wall"));
    }
    return file;
  }

  HttpResponse events(HttpRequest request) {
    Parameters.refuseAny(request);
    Source<ByteString, ?> events =
        ActorSource.<WallActor.Told>actorRef(
                told -> told == WallActor.Full.INSTANCE,
                told -> Optional.empty(),
                BEHIND_MAX,
                OverflowStrategy.fail())
            .mapMaterializedValue(
                client -> {
                  wall.tell(new WallActor.Watch(client));
                  return client;
                })
            .map(told -> ((WallActor.Event) told).bytes());
    return HttpResponse.create()
        .addHeader(RawHeader.create("Cache-Control", "no-store"))
        .withEntity(
            HttpEntities.createChunked(
                MediaTypes.TEXT_EVENT_STREAM.toContentType(),
                Source.single(RECONNECT).concat(events)));
  }

  private void add(String name, ContentType type) {
    try (InputStream file = WallRoute.class.getResourceAsStream("/wall/" + name)) {
      if (file == null) {
        throw new IllegalStateException("not on the class path: /wall/" + name);
      }
      files.put(
          name,
          HttpResponse.create()
              .addHeaders(HEADERS)
              .withEntity(HttpEntities.create(type, file.readAllBytes())));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
