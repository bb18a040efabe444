// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.tenant.Placement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Reads one task's log from its agent, each piece when the last one was taken. */
final class LogPieces {
  private static final long WAIT_MS = 10_000;

  /** An agent on its way to another door is away for a moment; longer silence breaks the stream. */
  private static final int FAILURES_MAX = 20;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final Entities entities;
  private final Duration patience;

  LogPieces(ActorSystem<?> system, Entities entities, Duration patience) {
    this.system = system;
    this.entities = entities;
    this.patience = patience;
  }

  /** What was read last, and how it goes on. */
  private record Cursor(LogRead.Piece last, boolean more) {}

  CompletionStage<LogRead.Piece> first(Placement.Part part, long offset) {
    return read(part, offset, 0);
  }

  /** The bytes of {@code first} and all that follow; with {@code follow} until the task's end. */
  Source<ByteString, NotUsed> from(Placement.Part part, LogRead.Piece first, boolean follow) {
    return Source.unfoldAsync(
        new Cursor(first, true),
        cursor -> {
          if (!cursor.more()) {
            return CompletableFuture.completedFuture(Optional.empty());
          }
          LogRead.Piece piece = cursor.last();
          ByteString bytes = ByteString.fromArray(piece.bytes());
          boolean end = piece.ended() || (!follow && piece.bytes().length == 0);
          if (end) {
            return CompletableFuture.completedFuture(
                Optional.of(Pair.create(new Cursor(piece, false), bytes)));
          }
          long next = piece.offset() + piece.bytes().length;
          return (follow ? following(part, next, 0) : read(part, next, 0))
              .thenApply(read -> unbroken(read, next))
              .thenApply(read -> Optional.of(Pair.create(new Cursor(read, true), bytes)));
        });
  }

  /** A reader too slow for what its log drops comes back at its offset, and is told the gap. */
  private static LogRead.Piece unbroken(LogRead.Piece read, long wanted) {
    if (read.known() && read.offset() > wanted) {
      throw new IllegalStateException(
          "bytes %d to %d of the log were dropped".formatted(wanted, read.offset()));
    }
    return read;
  }

  private CompletionStage<LogRead.Piece> following(Placement.Part part, long offset, int failures) {
    return read(part, offset, WAIT_MS)
        .handle(
            (piece, failure) -> {
              if (failure == null && piece.known()) {
                return CompletableFuture.completedFuture(piece);
              }
              if (failures >= FAILURES_MAX) {
                return CompletableFuture.<LogRead.Piece>failedFuture(
                    new IllegalStateException("the log of task " + part.task() + " went away"));
              }
              return Patterns.after(
                      RETRY_AFTER, system, () -> following(part, offset, failures + 1))
                  .toCompletableFuture();
            })
        .thenCompose(stage -> stage);
  }

  private CompletionStage<LogRead.Piece> read(Placement.Part part, long offset, long waitMs) {
    return Answers.read(
        entities.log(
            new LogRead(part.node(), part.token(), offset, LogRead.BYTES_MAX, waitMs),
            patience.plusMillis(waitMs)),
        LogRead.Piece.class);
  }
}
