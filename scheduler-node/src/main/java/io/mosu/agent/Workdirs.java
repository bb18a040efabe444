// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.OutgoingConnection;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** The archives that tasks start with: fetched from any door, checked, and kept for the next. */
final class Workdirs {
  /** Above what any cluster takes. */
  private static final long BYTES_MAX = 2L << 30;

  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final Duration SILENCE_MAX = Duration.ofSeconds(20);
  private static final AtomicLong FETCHED = new AtomicLong();

  private final ActorSystem<?> system;
  private final List<String> doors;
  private final Path cache;
  private final long cacheBytesMax;
  private final Executor blocking;

  /** No door has it, or what they have is damaged: to try elsewhere would not help. */
  static final class Missing extends IOException {
    private static final long serialVersionUID = 1;

    Missing(String message) {
      super(message);
    }
  }

  /**
   * Archives are kept in {@code cache}, those used last, up to {@code cacheBytesMax}.
   *
   * @param doors {@code ws://host:port/path}; archives are got by HTTP from the same servers
   */
  Workdirs(ActorSystem<?> system, List<String> doors, Path cache, long cacheBytesMax) {
    this.system = system;
    this.doors = doors;
    this.cache = cache;
    this.cacheBytesMax = cacheBytesMax;
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** The archive as a file, which stays for a while; fails with {@link Missing} or another. */
  CompletionStage<Path> fetch(String sha256) {
    Path kept = cache.resolve(sha256);
    if (Files.exists(kept)) {
      return checked(kept, sha256)
          .exceptionallyCompose(damaged -> fetch(sha256, 0, new IOException("it was damaged")));
    }
    return fetch(sha256, 0, new IOException("no door was asked"));
  }

  private CompletionStage<Path> fetch(String sha256, int door, Throwable last) {
    if (door >= doors.size()) {
      return CompletableFuture.failedFuture(last);
    }
    Path fresh = cache.resolve(sha256 + ".new" + FETCHED.incrementAndGet());
    return request(URI.create(doors.get(door)), sha256, fresh)
        .thenCompose(stored -> checked(stored, sha256))
        .thenApplyAsync(good -> keep(good, cache.resolve(sha256)), blocking)
        .exceptionallyCompose(
            failure -> {
              delete(fresh);
              Throwable cause = cause(failure);
              boolean told = last instanceof Missing;
              return fetch(sha256, door + 1, told ? last : cause);
            });
  }

  /** On a connection of its own: a pool would wait long for a door that is away. */
  private CompletionStage<Path> request(URI door, String sha256, Path fresh) {
    boolean tls = door.getScheme().equals("wss");
    int port = door.getPort() >= 0 ? door.getPort() : tls ? HTTPS : HTTP;
    var builder = Http.get(Adapter.toClassic(system)).connectionTo(door.getHost()).toPort(port);
    Flow<HttpRequest, HttpResponse, CompletionStage<OutgoingConnection>> connection =
        tls ? builder.https() : builder.http();
    return Source.single(HttpRequest.GET("/v1/blobs/" + sha256))
        .via(connection)
        .initialTimeout(SILENCE_MAX)
        .mapAsync(1, response -> store(response, fresh))
        .runWith(Sink.head(), system);
  }

  private CompletionStage<Path> store(HttpResponse response, Path fresh) {
    if (response.status().equals(StatusCodes.OK)) {
      return response
          .entity()
          .withSizeLimit(BYTES_MAX)
          .getDataBytes()
          .idleTimeout(SILENCE_MAX)
          .runWith(FileIO.toPath(fresh), system)
          .thenApply(done -> fresh);
    }
    response.discardEntityBytes(system);
    boolean missing = response.status().equals(StatusCodes.NOT_FOUND);
    return CompletableFuture.failedFuture(
        missing
            ? new Missing("the cluster does not keep it any more; submit the directory again")
            : new IOException("a door answered " + response.status().intValue()));
  }

  private CompletionStage<Path> checked(Path file, String sha256) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            String found = digest(file);
            if (!found.equals(sha256)) {
              Files.deleteIfExists(file);
              throw new Missing("what the cluster keeps is damaged, its SHA-256 is " + found);
            }
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return file;
          } catch (IOException failure) {
            throw new CompletionException(failure);
          }
        },
        blocking);
  }

  private Path keep(Path fresh, Path kept) {
    try {
      Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      evict(kept);
      return kept;
    } catch (IOException failure) {
      throw new CompletionException(failure);
    }
  }

  private void evict(Path newest) throws IOException {
    List<Path> byAge;
    try (Stream<Path> files = Files.list(cache)) {
      byAge =
          files
              .filter(file -> !file.equals(newest))
              .sorted(
                  Comparator.comparingLong((Path file) -> file.toFile().lastModified()).reversed())
              .toList();
    }
    long bytes = Files.size(newest);
    for (Path file : byAge) {
      bytes += file.toFile().length();
      if (bytes > cacheBytesMax) {
        Files.deleteIfExists(file);
      }
    }
  }

  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException kept) {
      return; // it is evicted in time
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(((DigestInputStream) in).getMessageDigest().digest());
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException("every Java has SHA-256", never);
    }
  }
}
