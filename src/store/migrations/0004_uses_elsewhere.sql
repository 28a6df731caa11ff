-- When keys were last used is kept with the other counts of uses, in usage.db.
DROP TABLE key_uses;
