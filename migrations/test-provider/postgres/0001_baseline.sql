-- What the SQLite migrations of this folder result in, for PostgreSQL; event-log's migration is applied before, and says what differs.

-- What the test provider knows of charges. It is somebody else's system: nothing here refers to a table of Ticketing.
CREATE TABLE charges (
    -- The idempotency key under which it was asked for.
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('processing', 'succeeded', 'failed', 'refunded')),
    failure TEXT COLLATE "C" CHECK (failure IN
        ('card_declined', 'insufficient_funds', 'authentication_required', 'unknown_card', 'abandoned')),
    -- When a charge that takes its time succeeds, in milliseconds UTC.
    settles_at BIGINT,
    version BIGINT NOT NULL CHECK (version >= 0),
    -- When a charge succeeded, in milliseconds UTC: whoever hears of it late still knows when it was.
    succeeded_at BIGINT,
    CHECK ((status = 'failed') = (failure IS NOT NULL)),
    CHECK ((status = 'processing') = (settles_at IS NOT NULL))
);

CREATE INDEX charges_settling ON charges (settles_at) WHERE settles_at IS NOT NULL;
