-- The log of what happened in this database, written in the same transaction as the change that each event tells of.
CREATE TABLE events (
    -- Gapless and in commit order: there is one writer, so the next sequence is always the newest plus one.
    sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
    -- UUIDv7, for people and for logs; consumers go by the sequence.
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    subject TEXT NOT NULL CHECK (subject <> ''),
    aggregate_id TEXT NOT NULL CHECK (aggregate_id <> ''),
    -- Starts at 0 and grows by one with every change that the owner announces.
    aggregate_version INTEGER NOT NULL CHECK (aggregate_version >= 0),
    -- Milliseconds since the Unix epoch, UTC.
    occurred_at INTEGER NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    -- Two transactions cannot both announce the same version of an aggregate.
    UNIQUE (aggregate_id, aggregate_version)
) STRICT;

-- A process that starts rebuilds its projections from the events of one subject since an instant.
CREATE INDEX events_by_subject_and_time ON events (subject, occurred_at);

CREATE TRIGGER events_are_gapless
BEFORE INSERT ON events
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM events)
BEGIN
    SELECT raise(ABORT, 'the next event takes the next sequence');
END;

CREATE TRIGGER events_are_not_rewritten
BEFORE UPDATE ON events
BEGIN
    SELECT raise(ABORT, 'an event is never changed');
END;

CREATE TRIGGER events_are_not_removed
BEFORE DELETE ON events
BEGIN
    SELECT raise(ABORT, 'an event is never removed');
END;
