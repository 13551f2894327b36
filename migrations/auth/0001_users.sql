-- Accounts. Ids are UUIDv7 in their hyphenated form; times are milliseconds since the Unix epoch, UTC.
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- One account per address, whatever its case: of several sign-ups that race, this constraint lets one win.
    email TEXT NOT NULL UNIQUE CHECK (email = lower(email) AND length(email) BETWEEN 3 AND 254),
    -- A PHC string: algorithm, parameters, salt and hash. Never anything else, so that no password can end up here.
    password_hash TEXT NOT NULL CHECK (password_hash GLOB '$argon2id$v=*$m=*,t=*,p=*$*$*'),
    created_at INTEGER NOT NULL
) STRICT;
