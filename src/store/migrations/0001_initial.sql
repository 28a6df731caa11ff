-- Ids are UUIDs as 16 bytes, digests 32 bytes, times milliseconds since 1970 (UTC). Rows of api_keys are kept compact and
-- free of joins, because a server reads all of them when it starts.

CREATE TABLE tenants (
  number           INTEGER PRIMARY KEY,  -- grows in the order of creation
  id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  cid              INTEGER NOT NULL UNIQUE CHECK (cid > 0),
  name             TEXT NOT NULL,
  status           INTEGER NOT NULL CHECK (status IN (0, 1)),  -- active, suspended
  enabled_channels TEXT,  -- JSON array; NULL: every channel
  ip_ranges        TEXT,  -- JSON array; NULL: any address
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  number          INTEGER PRIMARY KEY,
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant_id       BLOB NOT NULL REFERENCES tenants (id),
  access_type     TEXT NOT NULL,
  state           INTEGER NOT NULL CHECK (state IN (0, 1, 2)),  -- active, disabled, revoked
  expires_at      INTEGER,
  version         INTEGER NOT NULL,
  restrictions    TEXT,           -- JSON object of arrays; NULL: none
  secrets         BLOB NOT NULL,  -- 52 bytes each, big endian: pepper (4), digest (32), created (8), valid until (8)
  seal_pepper     INTEGER NOT NULL,
  seal            BLOB NOT NULL CHECK (length(seal) = 32),
  nickname        TEXT NOT NULL COLLATE NOCASE,
  contact_email   TEXT NOT NULL,
  hint            TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  created_by_type INTEGER NOT NULL CHECK (created_by_type IN (0, 1)),  -- user, operator
  created_by_user BLOB,
  created_by_name TEXT NOT NULL,
  updated_at      INTEGER NOT NULL,
  disabled_at     INTEGER,
  revoked_at      INTEGER
) STRICT;

-- Lists by time of creation; the last three columns let the count of a filtered list be read from the index alone.
CREATE INDEX api_keys_by_creation ON api_keys (tenant_id, created_at, id, state, expires_at, access_type);
CREATE INDEX api_keys_by_nickname ON api_keys (tenant_id, nickname, id);

-- One row for each secret, so that no two keys can ever share one.
CREATE TABLE secret_digests (
  digest     BLOB PRIMARY KEY CHECK (length(digest) = 32),
  key_number INTEGER NOT NULL REFERENCES api_keys (number)
) STRICT, WITHOUT ROWID;

-- Apart from the keys, so that noting a use rewrites a few bytes and not the key.
CREATE TABLE key_uses (
  key_number INTEGER PRIMARY KEY REFERENCES api_keys (number),
  at         INTEGER NOT NULL,
  address    BLOB NOT NULL CHECK (length(address) = 16)
) STRICT;

-- The change feed. AUTOINCREMENT: a sequence is never given twice, whatever happens to the rows.
CREATE TABLE changes (
  sequence  INTEGER PRIMARY KEY AUTOINCREMENT,
  kind      INTEGER NOT NULL CHECK (kind IN (0, 1)),  -- key, tenant
  key_id    BLOB CHECK ((key_id IS NULL) = (kind = 1)),
  tenant_id BLOB NOT NULL,
  at        INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
  tenant_id    BLOB NOT NULL,
  key_hash     BLOB NOT NULL,
  request_hash BLOB NOT NULL,
  result       BLOB NOT NULL,
  created_at   INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE users (
  number        INTEGER PRIMARY KEY,
  id            BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant_id     BLOB NOT NULL REFERENCES tenants (id),
  email         TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name          TEXT NOT NULL,
  role          INTEGER NOT NULL CHECK (role IN (0, 1, 2)),  -- owner, admin, viewer
  password_hash TEXT NOT NULL,
  created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_tenant ON users (tenant_id, number);

CREATE TABLE sessions (
  token_hash   BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
  user_id      BLOB NOT NULL REFERENCES users (id),
  csrf_token   TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE operator_keys (
  digest     BLOB PRIMARY KEY CHECK (length(digest) = 32),
  pepper     INTEGER NOT NULL,
  hint       TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
