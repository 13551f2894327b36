-- For how long the service had been running with this file when the session began, in milliseconds: by it a session comes to its
-- end at last even if the clock was wrong when it began. Sessions from before count from this migration.
ALTER TABLE sessions ADD COLUMN began_at_age INTEGER NOT NULL DEFAULT 0 CHECK (began_at_age >= 0);

-- Every session that was ever ended is read at the start.
CREATE INDEX sessions_ended ON sessions (id) WHERE ended_at IS NOT NULL;

-- Which sessions have lived too long, although the clock says otherwise.
CREATE INDEX sessions_open ON sessions (created_at, began_at_age) WHERE ended_at IS NULL;
