-- Requests of third parties for a key: a link that somebody of the tenant made, what a stranger filled in there, and what
-- became of it. The token that the link carries is nowhere; its digest is.
CREATE TABLE key_requests (
  number          INTEGER PRIMARY KEY,  -- grows in the order of their making
  id              BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  tenant_id       BLOB NOT NULL REFERENCES tenants (id),
  token_hash      BLOB NOT NULL CHECK (length(token_hash) = 32),
  access_type     TEXT NOT NULL,
  note            TEXT NOT NULL,
  created_at      INTEGER NOT NULL,
  created_by_type INTEGER NOT NULL,
  created_by_user BLOB CHECK (length(created_by_user) = 16),
  created_by_name TEXT NOT NULL,
  expires_at      INTEGER NOT NULL,
  state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),  -- open, submitted, activated, declined, withdrawn
  -- What was filled in, once there is something.
  submissions     INTEGER NOT NULL,
  submitted_at    INTEGER,
  asker_name      TEXT NOT NULL,
  organisation    TEXT NOT NULL,
  contact_email   TEXT NOT NULL,
  application     TEXT NOT NULL,
  purpose         TEXT NOT NULL,
  restrictions    TEXT,  -- JSON object; NULL: none
  -- Who ended it, and the key that it became.
  ended_at        INTEGER,
  ended_by_type   INTEGER NOT NULL,
  ended_by_user   BLOB CHECK (length(ended_by_user) = 16),
  ended_by_name   TEXT NOT NULL,
  key_id          BLOB CHECK (length(key_id) = 16),
  CHECK ((key_id IS NOT NULL) = (state = 2)),
  CHECK ((submitted_at IS NOT NULL) = (submissions > 0))
) STRICT;
CREATE INDEX key_requests_by_tenant ON key_requests (tenant_id, number);
CREATE INDEX key_requests_waiting ON key_requests (tenant_id) WHERE state < 2;
