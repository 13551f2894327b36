-- The replies to requests that may be sent again, each written in the transaction of the effect that it tells of. A reply counts for
-- a day; after that its key is free.
CREATE TABLE replies (
    -- Stands for who asked, for what, and with which key. That a request has one effect is this constraint.
    key TEXT PRIMARY KEY CHECK (key <> ''),
    -- Stands for the content of the request.
    fingerprint TEXT NOT NULL CHECK (fingerprint <> ''),
    status INTEGER NOT NULL CHECK (status BETWEEN 200 AND 499),
    body TEXT NOT NULL,
    -- What else is needed to answer again; its meaning is the service's.
    extra TEXT,
    -- Milliseconds since the Unix epoch, UTC.
    kept_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What has run out is removed in passing.
CREATE INDEX replies_by_time ON replies (kept_at);
