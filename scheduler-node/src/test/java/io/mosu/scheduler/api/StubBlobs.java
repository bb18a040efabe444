// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.blob.BlobStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Archives in memory. */
final class StubBlobs implements BlobStore {
  final Map<String, Blob> blobs = new ConcurrentHashMap<>();
  final Map<String, byte[]> pieces = new ConcurrentHashMap<>();
  volatile boolean away;
  volatile boolean full;

  @Override
  public long bytesMax() {
    return 3L << 20;
  }

  @Override
  public Optional<Blob> find(String sha256) throws Unavailable {
    if (away) {
      throw new Unavailable("away", new IllegalStateException());
    }
    return Optional.ofNullable(blobs.get(sha256));
  }

  @Override
  public boolean makeRoom(long bytes) {
    return !full;
  }

  @Override
  public void keep(String upload, int piece, byte[] bytes) {
    pieces.put(upload + "/" + piece, bytes);
  }

  @Override
  public void complete(Blob blob) {
    blobs.put(blob.sha256(), blob);
  }

  @Override
  public void drop(String upload) {
    pieces.keySet().removeIf(key -> key.startsWith(upload));
  }

  @Override
  public Optional<byte[]> piece(Blob blob, int piece) {
    return Optional.ofNullable(pieces.get(blob.upload() + "/" + piece));
  }
}
