// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.blob;

import java.util.Optional;

/**
 * Keeps archives by the SHA-256 of their bytes, in pieces, where every scheduler node finds them.
 * All methods block.
 */
public interface BlobStore {
  /** Bytes of a piece but for the last one. */
  int PIECE_BYTES = 1 << 20;

  /** One archive; {@code upload} names its pieces. */
  record Blob(String sha256, String upload, long bytes) {
    /** How many pieces it has. */
    public int pieces() {
      return (int) ((bytes + PIECE_BYTES - 1) / PIECE_BYTES);
    }
  }

  /** It cannot be reached; what was begun can be begun anew. */
  final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    public Unavailable(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The largest archive that it takes, in bytes. */
  long bytesMax();

  /** The archive, if it is there as a whole; counts as a use of it. */
  Optional<Blob> find(String sha256) throws Unavailable;

  /**
   * Makes room for an archive by dropping those unused for longest.
   *
   * @return whether there is room
   */
  boolean makeRoom(long bytes) throws Unavailable;

  /** Keeps one piece of {@code upload}. */
  void keep(String upload, int piece, byte[] bytes) throws Unavailable;

  /** All pieces of the upload are kept, and their digest was checked. */
  void complete(Blob blob) throws Unavailable;

  /** The upload will not be completed. */
  void drop(String upload) throws Unavailable;

  /** One piece; empty if it is gone. */
  Optional<byte[]> piece(Blob blob, int piece) throws Unavailable;
}
