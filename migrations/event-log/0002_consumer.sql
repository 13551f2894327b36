-- How far this database has followed each source. The cursor moves in the transaction that holds the effect of the events it passes.
CREATE TABLE cursors (
    source TEXT PRIMARY KEY CHECK (source <> ''),
    -- The sequence of the last event that was applied, set aside, or not addressed to this database.
    position INTEGER NOT NULL CHECK (position > 0),
    -- Milliseconds since the Unix epoch, UTC.
    moved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER cursors_move_forward
BEFORE UPDATE OF position ON cursors
WHEN NEW.position <= OLD.position
BEGIN
    SELECT raise(ABORT, 'a cursor only moves forward');
END;

-- An aggregate of a source whose next event could not be applied. While it is here its events wait, and all other events flow on.
CREATE TABLE aside_aggregates (
    source TEXT NOT NULL CHECK (source <> ''),
    aggregate_id TEXT NOT NULL,
    -- How often the first waiting event was tried.
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    -- Milliseconds since the Unix epoch, UTC. Of no meaning once parked.
    next_attempt_at INTEGER NOT NULL,
    -- A parked aggregate is not tried again until somebody asks for a replay.
    parked INTEGER NOT NULL CHECK (parked IN (0, 1)),
    last_error TEXT NOT NULL,
    set_aside_at INTEGER NOT NULL,
    PRIMARY KEY (source, aggregate_id)
) STRICT, WITHOUT ROWID;

-- The relay asks for what is due on every sweep.
CREATE INDEX aside_aggregates_due ON aside_aggregates (source, next_attempt_at) WHERE parked = 0;

-- The waiting events of an aggregate, to be applied in the order of their sequence. They are copies, so that they can be
-- listed and applied without their source.
CREATE TABLE aside_events (
    source TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    aggregate_version INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (source, aggregate_id, sequence),
    FOREIGN KEY (source, aggregate_id) REFERENCES aside_aggregates (source, aggregate_id)
) STRICT, WITHOUT ROWID;
