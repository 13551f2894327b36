-- This service's own copy of the orders, kept by the events of the orders service. Money is in cents, time in milliseconds UTC.
CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    buyer_id TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents BETWEEN 1 AND 99999999),
    status TEXT NOT NULL CHECK (status IN ('created', 'awaiting:payment', 'complete', 'cancelled')),
    expires_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0)
) STRICT;
