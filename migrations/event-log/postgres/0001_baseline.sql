-- What the SQLite migrations of this folder result in, for PostgreSQL. There was no PostgreSQL database before, so one file has all of it.
--
-- Each service has a schema of its own, and its connections have that schema as their `search_path`: no name here is qualified, and the
-- tables of this file are made in each of them. So that one text of a statement means the same on both databases:
--   * INTEGER is BIGINT, and BOOLEAN where it stands for a truth value: a Rust bool is bound to either.
--   * TEXT is compared and sorted by its bytes, as SQLite does, hence COLLATE "C". `lower` then folds ASCII only, as SQLite's does.
--   * What SQLite has built in and PostgreSQL has not is made by the functions below, under SQLite's names.
-- Tables are always STRICT here, and a VIRTUAL column is a STORED one: PostgreSQL has no other.

-- The rows of a statement arrive as one parameter, a JSON array. Its elements are numbered from 0. As text, for arrays of scalars: a string
-- is without its quotes, `null` is NULL. PostgreSQL's own functions of this name take `json`; a parameter whose type is not given is
-- text. Not STRICT and without settings, so that the planner puts the body in place of the call.
CREATE FUNCTION json_each(document TEXT) RETURNS TABLE (key BIGINT, value TEXT)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
AS $$
    SELECT element.ordinality - 1, element.value
    FROM json_array_elements_text(document::json) WITH ORDINALITY AS element (value, ordinality)
$$;

-- The same for arrays of objects and arrays, of which `r.value->>'name'` reads a field: they are parsed once, and not for every field.
CREATE FUNCTION jsonb_each(document TEXT) RETURNS TABLE (key BIGINT, value JSONB)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
AS $$
    SELECT element.ordinality - 1, element.value
    FROM jsonb_array_elements(document::jsonb) WITH ORDINALITY AS element (value, ordinality)
$$;

CREATE FUNCTION json_array_length(document TEXT) RETURNS BIGINT
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT json_array_length(document::json)::BIGINT $$;

-- A cast alone would refuse as well, but as wrong input and not as a violated CHECK.
CREATE FUNCTION json_valid(document TEXT) RETURNS BOOLEAN
LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
BEGIN
    RETURN document::json IS NOT NULL;
EXCEPTION WHEN data_exception THEN
    RETURN false;
END
$$;

-- Refuses whatever a trigger is made for, as a violated constraint: its argument is the message.
CREATE FUNCTION refuse() RETURNS TRIGGER
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0],
        SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
END
$$;

-- The log of what happened in this database, written in the same transaction as the change that each event tells of.
CREATE TABLE events (
    -- Gapless and in commit order: there is one writer, so the next sequence is always the newest plus one.
    sequence BIGINT PRIMARY KEY CHECK (sequence > 0),
    -- UUIDv7, for people and for logs; consumers go by the sequence.
    id TEXT COLLATE "C" NOT NULL UNIQUE CHECK (length(id) = 36),
    subject TEXT COLLATE "C" NOT NULL CHECK (subject <> ''),
    aggregate_id TEXT COLLATE "C" NOT NULL CHECK (aggregate_id <> ''),
    -- Starts at 0 and grows by one with every change that the owner announces.
    aggregate_version BIGINT NOT NULL CHECK (aggregate_version >= 0),
    -- Milliseconds since the Unix epoch, UTC.
    occurred_at BIGINT NOT NULL,
    payload TEXT COLLATE "C" NOT NULL CHECK (json_valid(payload)),
    -- Two transactions cannot both announce the same version of an aggregate.
    UNIQUE (aggregate_id, aggregate_version)
);

-- A process that starts rebuilds its projections from the events of one subject since an instant.
CREATE INDEX events_by_subject_and_time ON events (subject, occurred_at);

-- Looks at all rows of a statement at once: of its sequences, which the primary key keeps apart, the first one continues the log, and there
-- are as many as there are numbers from it to the last one. Of two transactions that take the same sequence the second waits for the
-- first one, and is refused by the primary key if that is committed.
CREATE FUNCTION refuse_gap() RETURNS TRIGGER
LANGUAGE plpgsql SET search_path FROM CURRENT
AS $$
DECLARE
    oldest BIGINT;
    newest BIGINT;
    amount BIGINT;
BEGIN
    SELECT min(sequence), max(sequence), count(*) INTO oldest, newest, amount FROM appended;
    IF newest - oldest + 1 <> amount
        OR oldest <> (SELECT coalesce(max(sequence), 0) + 1 FROM events WHERE sequence < oldest)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = TG_ARGV[0],
            SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER events_are_gapless
AFTER INSERT ON events REFERENCING NEW TABLE AS appended
FOR EACH STATEMENT EXECUTE FUNCTION refuse_gap('the next event takes the next sequence');

CREATE TRIGGER events_are_not_rewritten
BEFORE UPDATE ON events
FOR EACH ROW EXECUTE FUNCTION refuse('an event is never changed');

CREATE TRIGGER events_are_not_removed
BEFORE DELETE ON events
FOR EACH ROW EXECUTE FUNCTION refuse('an event is never removed');

-- SQLite has no TRUNCATE. It passes by the triggers of rows.
CREATE TRIGGER events_are_not_truncated
BEFORE TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse('an event is never removed');

-- How far this database has followed each source. The cursor moves in the transaction that holds the effect of the events it passes.
CREATE TABLE cursors (
    source TEXT COLLATE "C" PRIMARY KEY CHECK (source <> ''),
    -- The sequence of the last event that was applied, set aside, or not addressed to this database.
    position BIGINT NOT NULL CHECK (position > 0),
    -- Milliseconds since the Unix epoch, UTC.
    moved_at BIGINT NOT NULL,
    -- Which event a cursor stands at. A database that was put back from an older copy and written anew has other events under the same
    -- sequences, which the position alone does not show.
    last_event_id TEXT COLLATE "C" CHECK (length(last_event_id) = 36)
);

CREATE TRIGGER cursors_move_forward
BEFORE UPDATE OF position ON cursors
FOR EACH ROW WHEN (NEW.position <= OLD.position)
EXECUTE FUNCTION refuse('a cursor only moves forward');

-- An aggregate of a source whose next event could not be applied. While it is here its events wait, and all other events flow on.
CREATE TABLE retry_queue (
    source TEXT COLLATE "C" NOT NULL CHECK (source <> ''),
    aggregate_id TEXT COLLATE "C" NOT NULL,
    -- How often the first waiting event was tried.
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    -- Milliseconds since the Unix epoch, UTC. Of no meaning for a dead letter.
    next_attempt_at BIGINT NOT NULL,
    -- A dead letter is not tried again until somebody asks for a replay.
    is_dead_letter BOOLEAN NOT NULL,
    last_error TEXT COLLATE "C" NOT NULL,
    queued_at BIGINT NOT NULL,
    PRIMARY KEY (source, aggregate_id)
);

-- The relay asks for what is due on every sweep.
CREATE INDEX retry_queue_due ON retry_queue (source, next_attempt_at) WHERE is_dead_letter = false;

-- The waiting events of an aggregate, to be applied in the order of their sequence. They are copies, so that they can be
-- listed and applied without their source.
CREATE TABLE retry_queue_events (
    source TEXT COLLATE "C" NOT NULL,
    aggregate_id TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL CHECK (sequence > 0),
    id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    aggregate_version BIGINT NOT NULL,
    occurred_at BIGINT NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (source, aggregate_id, sequence),
    FOREIGN KEY (source, aggregate_id) REFERENCES retry_queue (source, aggregate_id)
);

-- The replies to requests that may be sent again, each written in the transaction of the effect that it tells of. A reply counts for
-- a day; after that its key is free.
CREATE TABLE replies (
    -- Stands for who asked, for what, and with which key. That a request has one effect is this constraint.
    key TEXT COLLATE "C" PRIMARY KEY CHECK (key <> ''),
    -- Stands for the content of the request.
    fingerprint TEXT COLLATE "C" NOT NULL CHECK (fingerprint <> ''),
    status BIGINT NOT NULL CHECK (status BETWEEN 200 AND 499),
    body TEXT COLLATE "C" NOT NULL,
    -- What else is needed to answer again; its meaning is the service's.
    extra TEXT COLLATE "C",
    -- Milliseconds since the Unix epoch, UTC.
    kept_at BIGINT NOT NULL,
    -- The age of the database when the reply was kept. One that is removed too early lets a second effect through, so that its age must not
    -- hang on a clock.
    kept_at_age BIGINT NOT NULL DEFAULT 0 CHECK (kept_at_age >= 0)
);

-- What has run out is removed in passing.
CREATE INDEX replies_by_age ON replies (kept_at_age);

-- One row that readiness changes to find out whether the database still takes writes.
CREATE TABLE write_probe (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    writes BIGINT NOT NULL CHECK (writes > 0)
);

-- For how long processes have been running with this database, in milliseconds: time that has certainly passed, by no clock
-- that can be set. It is written down with a write now and then; what passed after the last time is not counted.
CREATE TABLE age (
    one_row BIGINT PRIMARY KEY CHECK (one_row = 1),
    ms BIGINT NOT NULL CHECK (ms >= 0)
);
INSERT INTO age (one_row, ms) VALUES (1, 0);

CREATE TRIGGER age_only_grows
BEFORE UPDATE ON age
FOR EACH ROW WHEN (NEW.ms < OLD.ms)
EXECUTE FUNCTION refuse('a database grows no younger');

-- The newest version of each aggregate of a source that this database has acted upon. A consumer that keeps no replica tells by it
-- an event that is delivered again, or after a newer one.
CREATE TABLE seen_versions (
    source TEXT COLLATE "C" NOT NULL CHECK (source <> ''),
    aggregate_id TEXT COLLATE "C" NOT NULL CHECK (aggregate_id <> ''),
    version BIGINT NOT NULL CHECK (version >= 0),
    PRIMARY KEY (source, aggregate_id)
);
