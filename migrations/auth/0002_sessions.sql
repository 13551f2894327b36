-- One row for each sign-in of an account on a device. Tokens name their session; a session that was ended stays ended.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    -- Null while the session is open.
    ended_at INTEGER CHECK (ended_at >= created_at)
) STRICT;

CREATE INDEX sessions_of_user ON sessions (user_id, id);

CREATE TRIGGER sessions_end_once
BEFORE UPDATE OF ended_at ON sessions
WHEN OLD.ended_at IS NOT NULL
BEGIN
    SELECT raise(ABORT, 'a session ends once');
END;
