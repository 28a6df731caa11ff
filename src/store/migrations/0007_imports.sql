-- Keys that another system made: whether their secret was told (0) or only its SHA-256 (1), and what that system calls them.
-- NULL in those that were made here. In the blob `secrets`, the highest bit of a pepper marks an imported secret.
ALTER TABLE api_keys ADD COLUMN imported_from INTEGER CHECK (imported_from IN (0, 1));
ALTER TABLE api_keys ADD COLUMN external_id TEXT;
