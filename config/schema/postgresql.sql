-- Mosu's tables in PostgreSQL. Safe to run again at any time, and by several scheduler nodes at once:
-- the lock makes them take turns, for CREATE ... IF NOT EXISTS alone can collide with itself.
-- The journal's primary key also fences: a second writer of one entity breaks it and stops.
BEGIN;

SELECT pg_advisory_xact_lock(847047);

CREATE TABLE IF NOT EXISTS event_journal (
  ordering BIGSERIAL,
  persistence_id VARCHAR(255) NOT NULL,
  sequence_number BIGINT NOT NULL,
  deleted BOOLEAN DEFAULT FALSE NOT NULL,

  writer VARCHAR(255) NOT NULL,
  write_timestamp BIGINT,
  adapter_manifest VARCHAR(255),

  event_ser_id INTEGER NOT NULL,
  event_ser_manifest VARCHAR(255) NOT NULL,
  event_payload BYTEA NOT NULL,

  meta_ser_id INTEGER,
  meta_ser_manifest VARCHAR(255),
  meta_payload BYTEA,

  PRIMARY KEY (persistence_id, sequence_number)
);

CREATE UNIQUE INDEX IF NOT EXISTS event_journal_ordering_idx ON event_journal (ordering);

CREATE TABLE IF NOT EXISTS event_tag (
  event_id BIGINT,
  tag VARCHAR(256),
  PRIMARY KEY (event_id, tag),
  CONSTRAINT fk_event_journal
    FOREIGN KEY (event_id)
    REFERENCES event_journal (ordering)
    ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS snapshot (
  persistence_id VARCHAR(255) NOT NULL,
  sequence_number BIGINT NOT NULL,
  created BIGINT NOT NULL,

  snapshot_ser_id INTEGER NOT NULL,
  snapshot_ser_manifest VARCHAR(255) NOT NULL,
  snapshot_payload BYTEA NOT NULL,

  meta_ser_id INTEGER,
  meta_ser_manifest VARCHAR(255),
  meta_payload BYTEA,

  PRIMARY KEY (persistence_id, sequence_number)
);

-- Archives of working directories, by what is in them; their pieces belong to one upload each.
CREATE TABLE IF NOT EXISTS archive (
  sha256 VARCHAR(64) NOT NULL,
  upload VARCHAR(64) NOT NULL,
  bytes BIGINT NOT NULL,
  used_ms BIGINT NOT NULL,
  PRIMARY KEY (sha256)
);

CREATE TABLE IF NOT EXISTS archive_piece (
  upload VARCHAR(64) NOT NULL,
  piece INTEGER NOT NULL,
  kept_ms BIGINT NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (upload, piece)
);

-- Join tokens of agents that were used, until they would have ended, and the key that used each.
CREATE TABLE IF NOT EXISTS join_token_used (
  id VARCHAR(64) NOT NULL,
  until_ms BIGINT NOT NULL,
  used_by VARCHAR(64) NOT NULL,
  PRIMARY KEY (id)
);

COMMIT;
