// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** What an entity said, or that it said nothing, as the type expected or as a {@link Denial}. */
final class Answers {
  private Answers() {}

  /** A read: silence changes nothing. */
  static <T> CompletionStage<T> read(CompletionStage<Wire> asked, Class<T> type) {
    return of(asked, type, Refusal.NO_ANSWER);
  }

  /** A write: after silence nobody knows whether it was done. */
  static <T> CompletionStage<T> write(CompletionStage<Wire> asked, Class<T> type) {
    return of(asked, type, Refusal.OUTCOME_UNKNOWN);
  }

  private static <T> CompletionStage<T> of(
      CompletionStage<Wire> asked, Class<T> type, Refusal silence) {
    return asked.handle(
        (answer, failure) -> {
          if (failure == null && answer instanceof Refused refused) {
            throw new Denial(refused.reason(), refused.detail());
          } else if (failure == null) {
            return type.cast(answer);
          } else if (cause(failure) instanceof TimeoutException) {
            throw new Denial(silence, "its owner did not answer in time");
          }
          throw new CompletionException(cause(failure));
        });
  }

  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
