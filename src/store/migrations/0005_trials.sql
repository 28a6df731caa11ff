-- Restrictions that a key has on trial, in few keys. The number is the place of the trial's beginning in the change feed.
CREATE TABLE trials (
  key_id          BLOB PRIMARY KEY REFERENCES api_keys (id),
  number          INTEGER NOT NULL,
  restrictions    TEXT,  -- as in api_keys
  seal_pepper     INTEGER NOT NULL,
  seal            BLOB NOT NULL CHECK (length(seal) = 32),
  started_at      INTEGER NOT NULL,
  started_by_type INTEGER NOT NULL CHECK (started_by_type IN (0, 1)),  -- user, operator
  started_by_user BLOB,
  started_by_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
