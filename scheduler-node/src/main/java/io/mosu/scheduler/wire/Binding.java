// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.mosu.scheduler.model.Wire;
import java.io.IOException;
import java.util.function.Function;

/**
 * How one class of records is written and read.
 *
 * @param manifest names the class beside its bytes; kept for ever
 */
record Binding<T extends Wire, M extends MessageLite>(
    Class<T> type,
    String manifest,
    Function<T, M> encode,
    Parser<M> parser,
    Function<M, T> decode) {

  /** Deeper nesting than any message of ours has. */
  private static final int RECURSION_MAX = 32;

  byte[] write(Wire value) {
    return encode.apply(type.cast(value)).toByteArray();
  }

  T read(byte[] bytes) {
    try {
      return decode.apply(parse(parser, bytes));
    } catch (IOException e) {
      throw new IllegalArgumentException("no %s: %s".formatted(manifest, e.getMessage()), e);
    }
  }

  static <M extends MessageLite> M parse(Parser<M> parser, byte[] bytes) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    in.setRecursionLimit(RECURSION_MAX);
    M message = parser.parseFrom(in);
    in.checkLastTagWas(0);
    return message;
  }
}
