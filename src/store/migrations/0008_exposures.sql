-- The ways in which others may have seen a secret. What was done about it stands in one row of the secret, and is done once.
CREATE TABLE exposures (
  number    INTEGER PRIMARY KEY,
  tenant_id BLOB NOT NULL REFERENCES tenants (id),
  key_id    BLOB NOT NULL CHECK (length(key_id) = 16),
  secret    INTEGER NOT NULL,  -- the first eight bytes of its digest
  how       INTEGER NOT NULL CHECK (how >= 0),
  source    TEXT NOT NULL,
  url       TEXT NOT NULL,
  first_at  INTEGER NOT NULL,
  last_at   INTEGER NOT NULL,
  count     INTEGER NOT NULL CHECK (count > 0),
  action    INTEGER NOT NULL CHECK (action >= 0),  -- none, rotated, revoked, held back
  acted_at  INTEGER CHECK ((acted_at IS NULL) = (action = 0))
) STRICT;
CREATE UNIQUE INDEX exposures_by_key ON exposures (key_id, secret, how, source, url);
CREATE INDEX exposures_by_act ON exposures (acted_at) WHERE acted_at IS NOT NULL;
