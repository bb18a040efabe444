// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.StreamPart;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What a stream leads to on this host. Its streams block; the rest does not. */
interface FarEnd {

  record Output(StreamPart.Channel channel, InputStream bytes) {}

  /** The stream is over when all of them are, and the command, if it is one. */
  List<Output> outputs();

  OutputStream input();

  /** Completes once done, with false if there is no terminal yet. */
  CompletionStage<Boolean> resize(int rows, int columns) throws IOException;

  void signal(StreamPart.Signal.Kind kind) throws IOException;

  /** Completes with the exit code of a command, with -1 for what has none. */
  CompletionStage<Integer> exit();

  /** Ends what the stream began. */
  void close();
}
