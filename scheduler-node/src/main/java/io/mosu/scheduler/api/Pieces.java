// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Cuts a stream of bytes into pieces of one size; the last one may be shorter. */
final class Pieces {
  private Pieces() {}

  static Flow<ByteString, ByteString, NotUsed> of(int size) {
    return Flow.of(ByteString.class)
        .filter(ByteString::nonEmpty)
        .concat(Source.single(ByteString.emptyByteString()))
        .statefulMapConcat(
            () -> {
              ByteString[] rest = {ByteString.emptyByteString()};
              return bytes -> {
                boolean end = bytes.isEmpty();
                rest[0] = rest[0].concat(bytes);
                List<ByteString> full = new ArrayList<>();
                while (rest[0].size() >= size) {
                  full.add(rest[0].take(size).compact());
                  rest[0] = rest[0].drop(size);
                }
                if (end && rest[0].nonEmpty()) {
                  full.add(rest[0].compact());
                }
                return full;
              };
            });
  }
}
