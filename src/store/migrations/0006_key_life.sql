-- What happens to a key's secret over time. NULL where a key has nothing of the kind, as most.
ALTER TABLE api_keys ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
ALTER TABLE api_keys ADD COLUMN rotation TEXT;   -- JSON object, while two secrets work, or did when the key was last written
ALTER TABLE api_keys ADD COLUMN hand_over TEXT;  -- JSON object; NULL: secrets are shown
ALTER TABLE api_keys ADD COLUMN deleted_at INTEGER;
CREATE INDEX api_keys_rotating ON api_keys (id) WHERE rotation IS NOT NULL;
-- As before, and with deleted_at, so that the count of a list is still read from the index alone.
DROP INDEX api_keys_by_creation;
CREATE INDEX api_keys_by_creation ON api_keys (tenant_id, created_at, id, state, expires_at, access_type, deleted_at);
CREATE INDEX api_keys_deleted ON api_keys (deleted_at) WHERE deleted_at IS NOT NULL;

-- A JSON object of what differs from the standard; NULL: nothing.
ALTER TABLE tenants ADD COLUMN key_policy TEXT;

-- Secrets on their way to somebody: encrypted, under what a link's fragment holds (and the pepper can derive). `sealed` is
-- there only while it is needed.
CREATE TABLE hand_overs (
  number          INTEGER PRIMARY KEY,  -- grows in the order of their making
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant_id       BLOB NOT NULL REFERENCES tenants (id),
  key_id          BLOB NOT NULL CHECK (length(key_id) = 16),
  generation      INTEGER NOT NULL,
  kind            INTEGER NOT NULL CHECK (kind IN (1, 2, 3)),  -- link, secret manager, take back out of one
  manager         TEXT NOT NULL,
  path            TEXT NOT NULL,
  recipient       TEXT NOT NULL,
  pepper          INTEGER NOT NULL,
  sealed          BLOB,
  proof_hash      BLOB NOT NULL CHECK (length(proof_hash) = 32),
  status          INTEGER NOT NULL CHECK (status BETWEEN 0 AND 4),  -- pending, done, failed, withdrawn, expired
  tries           INTEGER NOT NULL,
  next_attempt_at INTEGER CHECK (next_attempt_at IS NULL OR status = 0),
  last_error      TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  expires_at      INTEGER,
  done_at         INTEGER,
  done_address    BLOB CHECK (length(done_address) = 16),
  done_user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX hand_overs_by_key ON hand_overs (key_id, number);
CREATE INDEX hand_overs_due ON hand_overs (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX hand_overs_ending ON hand_overs (expires_at) WHERE status = 0 AND expires_at IS NOT NULL;

-- There are more rules than six now, and there may be more yet: the program knows which.
CREATE TABLE new_alerts (
  number          INTEGER PRIMARY KEY,
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant_id       BLOB NOT NULL REFERENCES tenants (id),
  key_id          BLOB NOT NULL CHECK (length(key_id) = 16),
  rule            INTEGER NOT NULL CHECK (rule >= 0),
  severity        INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),
  subject         TEXT NOT NULL,
  title           TEXT NOT NULL,
  detail          TEXT NOT NULL,
  facts           TEXT NOT NULL,
  first_at        INTEGER NOT NULL,
  last_at         INTEGER NOT NULL,
  count           INTEGER NOT NULL,
  acknowledged_at INTEGER,
  acknowledged_by TEXT NOT NULL
) STRICT;
INSERT INTO new_alerts SELECT * FROM alerts;
DROP TABLE alerts;
ALTER TABLE new_alerts RENAME TO alerts;
CREATE UNIQUE INDEX alerts_open ON alerts (tenant_id, key_id, rule, subject) WHERE acknowledged_at IS NULL;
CREATE INDEX alerts_by_subject ON alerts (tenant_id, key_id, rule, subject, acknowledged_at);
CREATE INDEX alerts_by_tenant ON alerts (tenant_id, number);
CREATE INDEX alerts_by_end ON alerts (acknowledged_at) WHERE acknowledged_at IS NOT NULL;

CREATE TABLE new_alert_rules (
  tenant_id BLOB NOT NULL REFERENCES tenants (id),
  rule      INTEGER NOT NULL CHECK (rule >= 0),
  enabled   INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  email     INTEGER NOT NULL CHECK (email IN (0, 1)),
  webhook   INTEGER NOT NULL CHECK (webhook IN (0, 1)),
  first     INTEGER,
  second    INTEGER,
  third     INTEGER,
  PRIMARY KEY (tenant_id, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO new_alert_rules SELECT * FROM alert_rules;
DROP TABLE alert_rules;
ALTER TABLE new_alert_rules RENAME TO alert_rules;
