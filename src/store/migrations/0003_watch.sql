-- Alerts, webhooks, and what is to be sent. Ids, digests and times as in 0001.

CREATE TABLE alerts (
  number          INTEGER PRIMARY KEY,  -- grows in the order of opening
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant_id       BLOB NOT NULL REFERENCES tenants (id),
  key_id          BLOB NOT NULL CHECK (length(key_id) = 16),  -- zeros: about the tenant
  rule            INTEGER NOT NULL CHECK (rule BETWEEN 0 AND 5),  -- in the order of core/alert.h
  severity        INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),  -- info, warning, critical
  subject         TEXT NOT NULL,
  title           TEXT NOT NULL,
  detail          TEXT NOT NULL,
  facts           TEXT NOT NULL,  -- JSON object
  first_at        INTEGER NOT NULL,
  last_at         INTEGER NOT NULL,
  count           INTEGER NOT NULL,
  acknowledged_at INTEGER,
  acknowledged_by TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX alerts_open ON alerts (tenant_id, key_id, rule, subject) WHERE acknowledged_at IS NULL;
CREATE INDEX alerts_by_subject ON alerts (tenant_id, key_id, rule, subject, acknowledged_at);
CREATE INDEX alerts_by_tenant ON alerts (tenant_id, number);
CREATE INDEX alerts_by_end ON alerts (acknowledged_at) WHERE acknowledged_at IS NOT NULL;

-- Only rules that a tenant has set. A setting that is NULL is the default.
CREATE TABLE alert_rules (
  tenant_id BLOB NOT NULL REFERENCES tenants (id),
  rule      INTEGER NOT NULL CHECK (rule BETWEEN 0 AND 5),
  enabled   INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  email     INTEGER NOT NULL CHECK (email IN (0, 1)),
  webhook   INTEGER NOT NULL CHECK (webhook IN (0, 1)),
  first     INTEGER,
  second    INTEGER,
  third     INTEGER,
  PRIMARY KEY (tenant_id, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhooks (
  number           INTEGER PRIMARY KEY,
  id               BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant_id        BLOB NOT NULL REFERENCES tenants (id),
  url              TEXT NOT NULL,
  events           TEXT,  -- JSON array; NULL: every event
  description      TEXT NOT NULL,
  state            INTEGER NOT NULL CHECK (state IN (0, 1)),  -- active, disabled
  disabled_reason  TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  secret_pepper    INTEGER NOT NULL,  -- secrets are derived from the pepper, never stored
  secret_version   INTEGER NOT NULL,
  old_pepper       INTEGER,
  old_version      INTEGER,
  old_until        INTEGER NOT NULL,
  failing_since    INTEGER,
  not_before       INTEGER NOT NULL,
  last_at          INTEGER,
  last_status_code INTEGER,
  last_ok          INTEGER NOT NULL CHECK (last_ok IN (0, 1))
) STRICT;
CREATE INDEX webhooks_by_tenant ON webhooks (tenant_id, number);

CREATE TABLE webhook_deliveries (
  number          INTEGER PRIMARY KEY,
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  webhook_number  INTEGER NOT NULL REFERENCES webhooks (number) ON DELETE CASCADE,
  event_id        BLOB NOT NULL CHECK (length(event_id) = 16),
  event           TEXT NOT NULL,
  payload         TEXT NOT NULL,
  status          INTEGER NOT NULL CHECK (status IN (0, 1, 2)),  -- pending, delivered, failed
  tries           INTEGER NOT NULL,
  generation      INTEGER NOT NULL,
  next_attempt_at INTEGER CHECK ((next_attempt_at IS NULL) = (status <> 0)),
  created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_number, number);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_number, next_attempt_at) WHERE status = 0;
CREATE INDEX webhook_deliveries_done ON webhook_deliveries (created_at) WHERE status <> 0;

CREATE TABLE webhook_attempts (
  number          INTEGER PRIMARY KEY,
  delivery_number INTEGER NOT NULL REFERENCES webhook_deliveries (number) ON DELETE CASCADE,
  at              INTEGER NOT NULL,
  status_code     INTEGER,
  error           TEXT,
  duration_ms     INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_attempts_by_delivery ON webhook_attempts (delivery_number, number);

CREATE TABLE mails (
  number          INTEGER PRIMARY KEY,
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant_id       BLOB NOT NULL REFERENCES tenants (id),
  recipient       TEXT NOT NULL COLLATE NOCASE,
  subject         TEXT NOT NULL,
  body            TEXT NOT NULL,
  status          INTEGER NOT NULL CHECK (status IN (0, 1, 2)),  -- pending, sent, failed
  tries           INTEGER NOT NULL,
  next_attempt_at INTEGER CHECK ((next_attempt_at IS NULL) = (status <> 0)),
  created_at      INTEGER NOT NULL,
  sent_at         INTEGER,
  message         BLOB,  -- the id of the first mail that went out in the same message
  last_error      TEXT NOT NULL
) STRICT;
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE status = 0;
CREATE INDEX mails_sent ON mails (recipient, sent_at) WHERE status = 1;
CREATE INDEX mails_done ON mails (created_at) WHERE status <> 0;
