// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.blob.BlobStore;
import io.mosu.scheduler.blob.BlobStore.Blob;
import io.mosu.scheduler.model.Refusal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Archives of working directories: put by clients under the digest of their bytes, got by agents.
 */
final class BlobRoute {
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /** Uploads at once on this scheduler node: each may hold a few pieces in memory. */
  private static final int UPLOADS_MAX = 4;

  /** A body that rests for so long is given up, and so is one that takes as long as all of it. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(20);

  private static final Duration UPLOAD_MAX = Duration.ofMinutes(15);

  private final ActorSystem<?> system;
  private final BlobStore store;
  private final Executor blocking;
  private final Semaphore uploads = new Semaphore(UPLOADS_MAX);

  BlobRoute(ApiContext context) {
    this.system = context.system();
    this.store = context.blobs();
    this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
  }

  /** What one archive's path answers. */
  record View(String sha256, long bytes) {}

  CompletionStage<HttpResponse> answer(HttpRequest request, String digest) {
    Parameters.refuseAny(request);
    if (!DIGEST.matcher(digest).matches()) {
      throw Parameters.denial("digest", "an archive is named by 64 hexadecimal digits");
    }
    if (request.method().equals(HttpMethods.PUT)) {
      return put(request, digest);
    }
    return known(digest).thenApply(this::get);
  }

  /** The archive, or why there is none. */
  CompletionStage<Blob> known(String digest) {
    return store(() -> store.find(digest))
        .thenApply(
            found ->
                found.orElseThrow(
                    () ->
                        new Denial(
                            Refusal.UNKNOWN_WORKDIR, "no archive sha256:" + digest + " is kept")));
  }

  private HttpResponse get(Blob blob) {
    Source<ByteString, ?> bytes =
        Source.range(0, blob.pieces() - 1)
            .mapAsync(1, piece -> store(() -> store.piece(blob, piece)))
            .map(piece -> ByteString.fromArrayUnsafe(piece.orElseThrow()));
    return HttpResponse.create()
        .withEntity(
            HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, blob.bytes(), bytes));
  }

  private CompletionStage<HttpResponse> put(HttpRequest request, String digest) {
    if (!uploads.tryAcquire()) {
      throw new Denial(Refusal.NOT_READY, UPLOADS_MAX + " uploads are going on here already");
    }
    return store(() -> store.find(digest))
        .thenCompose(
            found -> found.isPresent() ? already(request, found.get()) : take(request, digest))
        .whenComplete((response, failure) -> uploads.release());
  }

  private CompletionStage<HttpResponse> already(HttpRequest request, Blob blob) {
    return request
        .entity()
        .withSizeLimit(store.bytesMax())
        .discardBytes(system)
        .completionStage()
        .thenApply(done -> Json.ok(new View(blob.sha256(), blob.bytes())));
  }

  private CompletionStage<HttpResponse> take(HttpRequest request, String digest) {
    long announced = request.entity().getContentLengthOption().orElse(0);
    if (announced > store.bytesMax()) {
      throw tooLarge();
    }
    String upload = UUID.randomUUID().toString();
    MessageDigest sha256 = sha256();
    AtomicInteger pieces = new AtomicInteger();
    AtomicLong bytes = new AtomicLong();
    return store(() -> store.makeRoom(announced))
        .thenCompose(
            room -> {
              if (!room) {
                throw new Denial(Refusal.STORE_FULL, "no room for " + announced + " bytes more");
              }
              return request
                  .entity()
                  .withSizeLimit(store.bytesMax())
                  .getDataBytes()
                  .idleTimeout(SILENCE_MAX)
                  .completionTimeout(UPLOAD_MAX)
                  .via(Pieces.of(BlobStore.PIECE_BYTES))
                  .mapAsync(
                      1,
                      piece -> {
                        byte[] data = piece.toArray();
                        sha256.update(data);
                        bytes.addAndGet(data.length);
                        int number = pieces.getAndIncrement();
                        return store(
                            () -> {
                              store.keep(upload, number, data);
                              return number;
                            });
                      })
                  .runWith(Sink.ignore(), system);
            })
        .thenCompose(done -> complete(digest, upload, sha256.digest(), bytes.get()))
        .handle((response, failure) -> failure == null ? response : failed(upload, failure));
  }

  private CompletionStage<HttpResponse> complete(
      String digest, String upload, byte[] found, long bytes) {
    String got = HexFormat.of().formatHex(found);
    if (!got.equals(digest)) {
      throw Parameters.denial("digest", "the body's SHA-256 is " + got);
    }
    return store(
        () -> {
          store.complete(new Blob(digest, upload, bytes));
          return Json.response(201, new View(digest, bytes));
        });
  }

  private HttpResponse failed(String upload, Throwable failure) {
    var dropped =
        store(
            () -> {
              store.drop(upload);
              return upload;
            });
    dropped.exceptionally(away -> upload); // it expires by itself
    Throwable cause = Answers.cause(failure);
    if (cause instanceof EntityStreamSizeException) {
      throw tooLarge();
    }
    if (cause instanceof TimeoutException) {
      throw new Denial(
          Problem.ofRequest(408, "the body rested for too long", "send the archive again"));
    }
    throw new CompletionException(cause);
  }

  private Denial tooLarge() {
    return new Denial(
        Refusal.BODY_TOO_LARGE,
        "the archive has more than " + (store.bytesMax() >> 20) + " MiB (mosu.workdir.limit-mib)");
  }

  /** What blocks, elsewhere; its failure as a person is told. */
  private <T> CompletionStage<T> store(Callable<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (BlobStore.Unavailable away) {
            throw new Denial(Refusal.STORE_UNAVAILABLE, "archives cannot be kept or read now");
          } catch (RuntimeException failure) {
            throw failure;
          } catch (Exception failure) {
            throw new CompletionException(failure);
          }
        },
        blocking);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException("every Java has SHA-256", never);
    }
  }
}
