// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.nio.file.Path;

/** Brings a directory to the cluster, once for all jobs that start with the same files. */
final class WorkdirUpload {
  /** What a cluster takes by default; one that takes less says so. */
  private static final long BYTES_MAX = 100L << 20;

  private WorkdirUpload() {}

  /** The name of the uploaded archive, as a spec's {@code workdir} has it. */
  static String upload(ApiClient client, Session session, Path dir) {
    try (WorkdirArchive archive = WorkdirArchive.pack(dir, BYTES_MAX)) {
      String path = "/v1/blobs/" + archive.sha256();
      if (!isThere(client, path)) {
        session.err().println("uploading " + dir + ", " + archive.bytes() + " bytes");
        client.json(Request.upload(path, archive.file()));
      }
      return "sha256:" + archive.sha256();
    }
  }

  private static boolean isThere(ApiClient client, String path) {
    try {
      client.stream(Request.head(path)).close();
      return true;
    } catch (CliFailure failure) {
      if (failure.exitCode() == ExitCodes.NOT_FOUND) {
        return false;
      }
      throw failure;
    }
  }
}
