-- Limits of their own: a JSON object of arrays; NULL: none.
ALTER TABLE api_keys ADD COLUMN limits TEXT;
ALTER TABLE tenants ADD COLUMN limits TEXT;

-- What keys and tenants have used of their quotas.
CREATE TABLE quota_counts (
  owner  BLOB NOT NULL CHECK (length(owner) = 16),       -- the id of a key or a tenant
  period INTEGER NOT NULL CHECK (period IN (0, 1)),      -- day, month
  number INTEGER NOT NULL,                               -- days, or months, since the beginning of 1970 (UTC)
  used   INTEGER NOT NULL CHECK (used > 0),
  PRIMARY KEY (owner, period, number)
) STRICT, WITHOUT ROWID;
