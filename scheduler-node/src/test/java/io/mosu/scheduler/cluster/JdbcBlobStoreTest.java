// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.blob.BlobStore.Blob;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On H2. */
class JdbcBlobStoreTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration KEEP = Duration.ofDays(7);

  @TempDir Path dir;

  private MosuSettings.Database database;

  @BeforeEach
  void createTables() throws Exception {
    database = empty();
    Schema.apply(database);
  }

  /** A database without archives. */
  MosuSettings.Database empty() throws SQLException {
    return new MosuSettings.Database("jdbc:h2:" + dir.resolve("db"), "mosu", "", 1, true);
  }

  @Test
  void archiveIsFoundOnceItIsComplete() throws Exception {
    JdbcBlobStore store = at(Duration.ZERO);
    store.keep("u1", 0, new byte[] {1, 2});
    assertThat(store.find("aa")).isEmpty();
    Blob blob = new Blob("aa", "u1", 2);
    store.complete(blob);
    assertThat(store.find("aa")).contains(blob);
    assertThat(store.piece(blob, 0)).hasValueSatisfying(b -> assertThat(b).containsExactly(1, 2));
    assertThat(store.piece(blob, 1)).isEmpty();
  }

  @Test
  void slowerOfTwoUploadsIsDropped() throws Exception {
    JdbcBlobStore store = at(Duration.ZERO);
    keep(store, "aa", "u1", 10);
    keep(store, "aa", "u2", 10);
    assertThat(store.find("aa")).contains(new Blob("aa", "u1", 10));
    assertThat(store.piece(new Blob("aa", "u2", 10), 0)).isEmpty();
  }

  @Test
  void unusedArchivesExpireAndThoseUsedStay() throws Exception {
    keep(at(Duration.ZERO), "aa", "u1", 10);
    keep(at(Duration.ZERO), "bb", "u2", 10);
    assertThat(at(Duration.ofDays(5)).find("bb")).isPresent();
    JdbcBlobStore later = at(KEEP.plusHours(1));
    assertThat(later.makeRoom(1)).isTrue();
    assertThat(later.find("aa")).isEmpty();
    assertThat(later.piece(new Blob("aa", "u1", 10), 0)).isEmpty();
    assertThat(later.find("bb")).isPresent();
  }

  @Test
  void roomIsMadeFromWhatIsUnusedForLongestButNotFromFreshOnes() throws Exception {
    keep(at(Duration.ZERO), "aa", "u1", 400);
    keep(at(Duration.ofHours(2)), "bb", "u2", 400);
    JdbcBlobStore store = at(Duration.ofHours(4));
    assertThat(store.makeRoom(500)).isTrue();
    assertThat(store.find("aa")).isEmpty();
    assertThat(store.find("bb")).isPresent(); // now it is fresh
    assertThat(store.makeRoom(900)).isFalse();
  }

  @Test
  void uploadThatWasGivenUpExpires() throws Exception {
    at(Duration.ZERO).keep("u1", 0, new byte[10]);
    JdbcBlobStore later = at(Duration.ofHours(2));
    assertThat(later.makeRoom(1)).isTrue();
    assertThat(later.piece(new Blob("aa", "u1", 10), 0)).isEmpty();
  }

  private static void keep(JdbcBlobStore store, String sha256, String upload, int bytes)
      throws Exception {
    store.keep(upload, 0, new byte[bytes]);
    store.complete(new Blob(sha256, upload, bytes));
  }

  private JdbcBlobStore at(Duration since) {
    return new JdbcBlobStore(
        database,
        new MosuSettings.Workdir(1_000, 1_000, KEEP),
        Clock.fixed(START.plus(since), ZoneOffset.UTC));
  }
}
