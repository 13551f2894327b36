-- The newest version of each aggregate of a source that this database has acted upon. A consumer that keeps no replica tells by it
-- an event that is delivered again, or after a newer one.
CREATE TABLE seen_versions (
    source TEXT NOT NULL CHECK (source <> ''),
    aggregate_id TEXT NOT NULL CHECK (aggregate_id <> ''),
    version INTEGER NOT NULL CHECK (version >= 0),
    PRIMARY KEY (source, aggregate_id)
) STRICT, WITHOUT ROWID;
