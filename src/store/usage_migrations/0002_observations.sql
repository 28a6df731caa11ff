-- What each key was seen to do, for least privilege. Kinds as in core/observed.h; names are those of the catalog, or the empty
-- one. One row for each thing, however often it is done.
CREATE TABLE observations (
  key      INTEGER NOT NULL,
  kind     INTEGER NOT NULL,
  name     INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at  INTEGER NOT NULL,
  count    INTEGER NOT NULL,
  PRIMARY KEY (key, kind, name)
) STRICT, WITHOUT ROWID;

-- What the restrictions that a key has on trial say of its requests. Of the trials of a key only the newest is kept.
CREATE TABLE trial_uses (
  key       INTEGER NOT NULL,
  trial     INTEGER NOT NULL,
  outcome   INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  at        INTEGER NOT NULL,  -- of the latest, as the next two
  address   BLOB NOT NULL CHECK (length(address) = 16),
  detail    TEXT NOT NULL,
  count     INTEGER NOT NULL,
  PRIMARY KEY (key, trial, outcome, operation)
) STRICT, WITHOUT ROWID;

-- The day when old observations were forgotten last.
INSERT INTO marks (name, value) VALUES ('observations', 0);
