-- For how long processes have been running with this file open, in milliseconds: time that has certainly passed, by no clock
-- that can be set. It is written down with a write now and then; what passed after the last time is not counted.
CREATE TABLE age (
    one_row INTEGER PRIMARY KEY CHECK (one_row = 1),
    ms INTEGER NOT NULL CHECK (ms >= 0)
) STRICT;
INSERT INTO age (one_row, ms) VALUES (1, 0);

CREATE TRIGGER age_only_grows
BEFORE UPDATE ON age
WHEN NEW.ms < OLD.ms
BEGIN
    SELECT raise(ABORT, 'a database grows no younger');
END;

-- A reply that is removed too early lets a second effect through, so its age must not hang on a clock: the age of the file when
-- the reply was kept. That of the replies from before this migration counts from it.
ALTER TABLE replies ADD COLUMN kept_at_age INTEGER NOT NULL DEFAULT 0 CHECK (kept_at_age >= 0);

DROP INDEX replies_by_time;
CREATE INDEX replies_by_age ON replies (kept_at_age);
