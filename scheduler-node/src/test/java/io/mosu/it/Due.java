// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/** Does something beside the submissions once so many were answered. */
record Due(int at, CompletableFuture<Void> reached) implements IntConsumer {
  Due(int at) {
    this(at, new CompletableFuture<>());
  }

  CompletableFuture<Void> then(Runnable action) {
    return reached.thenRunAsync(action);
  }

  @Override
  public void accept(int done) {
    if (done == at) {
      reached.complete(null);
    }
  }
}
