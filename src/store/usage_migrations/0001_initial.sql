-- Counts of uses. Buckets are minutes, hours and days since 1970; other times milliseconds. Time comes first in every key,
-- so that new counts are appended, old ones are deleted in one stretch, and a report seeks once for each bucket.

-- Tenants and keys by a short number. A tenant's own row has key_id NULL.
CREATE TABLE subjects (
  number    INTEGER PRIMARY KEY,
  tenant_id BLOB NOT NULL CHECK (length(tenant_id) = 16),
  key_id    BLOB CHECK (key_id IS NULL OR length(key_id) = 16)
) STRICT;
CREATE UNIQUE INDEX subjects_by_id ON subjects (tenant_id, ifnull(key_id, x''));

-- Operations and outcomes.
CREATE TABLE names (
  number INTEGER PRIMARY KEY,
  name   TEXT NOT NULL UNIQUE
) STRICT;

-- `key` is 0 in the rows that sum up a whole tenant. `latency` as in core/latency.h, NULL where nothing was measured.
CREATE TABLE usage_minutes (
  bucket       INTEGER NOT NULL,
  tenant       INTEGER NOT NULL,
  key          INTEGER NOT NULL,
  operation    INTEGER NOT NULL,
  outcome      INTEGER NOT NULL,
  status_class INTEGER NOT NULL,
  count        INTEGER NOT NULL,
  latency      BLOB,
  PRIMARY KEY (bucket, tenant, key, operation, outcome, status_class)
) STRICT, WITHOUT ROWID;
CREATE TABLE usage_hours (
  bucket       INTEGER NOT NULL,
  tenant       INTEGER NOT NULL,
  key          INTEGER NOT NULL,
  operation    INTEGER NOT NULL,
  outcome      INTEGER NOT NULL,
  status_class INTEGER NOT NULL,
  count        INTEGER NOT NULL,
  latency      BLOB,
  PRIMARY KEY (bucket, tenant, key, operation, outcome, status_class)
) STRICT, WITHOUT ROWID;
CREATE TABLE usage_days (
  bucket       INTEGER NOT NULL,
  tenant       INTEGER NOT NULL,
  key          INTEGER NOT NULL,
  operation    INTEGER NOT NULL,
  outcome      INTEGER NOT NULL,
  status_class INTEGER NOT NULL,
  count        INTEGER NOT NULL,
  latency      BLOB,
  PRIMARY KEY (bucket, tenant, key, operation, outcome, status_class)
) STRICT, WITHOUT ROWID;

-- The first hour and the first day that are not summed up yet.
CREATE TABLE marks (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO marks (name, value) VALUES ('hours', 0), ('days', 0);

CREATE TABLE secret_uses (
  key        INTEGER NOT NULL,
  secret     INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  address    BLOB NOT NULL CHECK (length(address) = 16),
  user_agent TEXT NOT NULL,
  operation  INTEGER NOT NULL,
  PRIMARY KEY (key, secret)
) STRICT, WITHOUT ROWID;

CREATE TABLE addresses (
  day      INTEGER NOT NULL,
  key      INTEGER NOT NULL,
  address  BLOB NOT NULL CHECK (length(address) = 16),
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  PRIMARY KEY (day, key, address)
) STRICT, WITHOUT ROWID;

-- Examples, not a full record.
CREATE TABLE refusals (
  number     INTEGER PRIMARY KEY,
  tenant     INTEGER NOT NULL,
  key        INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  outcome    INTEGER NOT NULL,
  operation  INTEGER NOT NULL,
  address    BLOB NOT NULL CHECK (length(address) = 16),
  user_agent TEXT NOT NULL,
  detail     TEXT NOT NULL,
  request_id TEXT NOT NULL
) STRICT;
CREATE INDEX refusals_by_key ON refusals (key, outcome, at);
CREATE INDEX refusals_by_tenant ON refusals (tenant, at);
