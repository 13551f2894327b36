-- What the SQLite migrations of this folder result in, for PostgreSQL; event-log's migration is applied before, and says what differs.

-- Accounts. Ids are UUIDv7 in their hyphenated form; times are milliseconds since the Unix epoch, UTC.
CREATE TABLE users (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- One account per address, whatever its case: of several sign-ups that race, this constraint lets one win.
    email TEXT COLLATE "C" NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    -- A PHC string: algorithm, parameters, salt and hash. Never anything else, so that no password can end up here. SQLite's GLOB is
    -- LIKE here: both take case seriously.
    password_hash TEXT COLLATE "C" NOT NULL CHECK (password_hash LIKE '$argon2id$v=%$m=%,t=%,p=%$%$%'),
    created_at BIGINT NOT NULL
);

-- One row for each sign-in of an account on a device. Tokens name their session; a session that was ended stays ended.
CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    -- Null while the session is open.
    ended_at BIGINT CHECK (ended_at >= created_at),
    -- For how long the service had been running with this database when the session began, in milliseconds: by it a session comes to its
    -- end at last even if the clock was wrong when it began.
    began_at_age BIGINT NOT NULL DEFAULT 0 CHECK (began_at_age >= 0)
);

CREATE INDEX sessions_of_user ON sessions (user_id, id);

-- Every session that was ever ended is read at the start.
CREATE INDEX sessions_ended ON sessions (id) WHERE ended_at IS NOT NULL;

-- Which sessions have lived too long, although the clock says otherwise.
CREATE INDEX sessions_open ON sessions (created_at, began_at_age) WHERE ended_at IS NULL;

CREATE TRIGGER sessions_end_once
BEFORE UPDATE OF ended_at ON sessions
FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)
EXECUTE FUNCTION refuse('a session ends once');
