-- Mosu's tables in H2, the embedded database of `mosu dev`. Safe to run again at any time.
-- The journal's primary key also fences: a second writer of one entity breaks it and stops.

CREATE TABLE IF NOT EXISTS "event_journal" (
  "ordering" BIGINT UNIQUE NOT NULL AUTO_INCREMENT,
  "deleted" BOOLEAN DEFAULT false NOT NULL,
  "persistence_id" VARCHAR(255) NOT NULL,
  "sequence_number" BIGINT NOT NULL,
  "writer" VARCHAR NOT NULL,
  "write_timestamp" BIGINT NOT NULL,
  "adapter_manifest" VARCHAR NOT NULL,
  "event_payload" BLOB NOT NULL,
  "event_ser_id" INTEGER NOT NULL,
  "event_ser_manifest" VARCHAR NOT NULL,
  "meta_payload" BLOB,
  "meta_ser_id" INTEGER,
  "meta_ser_manifest" VARCHAR,
  PRIMARY KEY ("persistence_id", "sequence_number")
);

CREATE UNIQUE INDEX IF NOT EXISTS "event_journal_ordering_idx" ON "event_journal" ("ordering");

CREATE TABLE IF NOT EXISTS "event_tag" (
  "event_id" BIGINT NOT NULL,
  "tag" VARCHAR NOT NULL,
  PRIMARY KEY ("event_id", "tag"),
  CONSTRAINT "fk_event_journal"
    FOREIGN KEY ("event_id")
    REFERENCES "event_journal" ("ordering")
    ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS "snapshot" (
  "persistence_id" VARCHAR(255) NOT NULL,
  "sequence_number" BIGINT NOT NULL,
  "created" BIGINT NOT NULL,
  "snapshot_ser_id" INTEGER NOT NULL,
  "snapshot_ser_manifest" VARCHAR NOT NULL,
  "snapshot_payload" BLOB NOT NULL,
  "meta_ser_id" INTEGER,
  "meta_ser_manifest" VARCHAR,
  "meta_payload" BLOB,
  PRIMARY KEY ("persistence_id", "sequence_number")
);

-- Archives of working directories, by what is in them; their pieces belong to one upload each.
CREATE TABLE IF NOT EXISTS "archive" (
  "sha256" VARCHAR(64) NOT NULL,
  "upload" VARCHAR(64) NOT NULL,
  "bytes" BIGINT NOT NULL,
  "used_ms" BIGINT NOT NULL,
  PRIMARY KEY ("sha256")
);

CREATE TABLE IF NOT EXISTS "archive_piece" (
  "upload" VARCHAR(64) NOT NULL,
  "piece" INTEGER NOT NULL,
  "kept_ms" BIGINT NOT NULL,
  "data" BLOB NOT NULL,
  PRIMARY KEY ("upload", "piece")
);

-- Join tokens of agents that were used, until they would have ended, and the key that used each.
CREATE TABLE IF NOT EXISTS "join_token_used" (
  "id" VARCHAR(64) NOT NULL,
  "until_ms" BIGINT NOT NULL,
  "used_by" VARCHAR(64) NOT NULL,
  PRIMARY KEY ("id")
);
