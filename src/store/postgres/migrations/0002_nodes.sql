-- Those who serve from this database (src/store/node_store.h), and a row that is written to see that writing is possible.

CREATE TABLE IF NOT EXISTS nodes (
  id                BYTEA PRIMARY KEY CHECK (length(id) = 16),
  name              TEXT COLLATE "C" NOT NULL,
  version           TEXT COLLATE "C" NOT NULL,
  denies_when_stale BIGINT NOT NULL CHECK (denies_when_stale IN (0, 1)),
  max_staleness_ms  BIGINT NOT NULL,
  started_at        BIGINT NOT NULL,
  beats             BIGINT NOT NULL,
  position          BIGINT NOT NULL,  -- in this database's feed
  loading           BIGINT NOT NULL CHECK (loading IN (0, 1)),
  behind_ms         BIGINT NOT NULL,
  keys              BIGINT NOT NULL,
  checks_per_second BIGINT NOT NULL,
  limits            TEXT COLLATE "C" NOT NULL,
  seen_at           BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS pulse (
  id    BIGINT PRIMARY KEY CHECK (id = 1),
  beats BIGINT NOT NULL
);
INSERT INTO pulse (id, beats) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;
