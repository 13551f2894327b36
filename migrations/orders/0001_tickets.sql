-- This service's own copy of the tickets, kept by the events of the tickets service. Money is in cents.
CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    seller_id TEXT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    price_cents INTEGER NOT NULL CHECK (price_cents BETWEEN 1 AND 99999999),
    version INTEGER NOT NULL CHECK (version >= 0)
) STRICT;
