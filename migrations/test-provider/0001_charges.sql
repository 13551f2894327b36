-- What the test provider knows of charges. It is somebody else's system: nothing here refers to a table of Ticketing.
CREATE TABLE charges (
    -- The idempotency key under which it was asked for.
    key TEXT NOT NULL PRIMARY KEY,
    amount_cents INTEGER NOT NULL CHECK (amount_cents > 0),
    status TEXT NOT NULL CHECK (status IN ('processing', 'succeeded', 'failed', 'refunded')),
    failure TEXT CHECK (failure IN ('card_declined', 'insufficient_funds', 'authentication_required', 'unknown_card', 'abandoned')),
    -- When a charge that takes its time succeeds, in milliseconds UTC.
    settles_at INTEGER,
    version INTEGER NOT NULL CHECK (version >= 0),
    CHECK ((status = 'failed') = (failure IS NOT NULL)),
    CHECK ((status = 'processing') = (settles_at IS NOT NULL))
) STRICT;

CREATE INDEX charges_settling ON charges (settles_at) WHERE settles_at IS NOT NULL;
