-- Orders, from reservation to end. Ids are UUIDv7, so their order is the order of reserving; time is in milliseconds UTC.
CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    buyer_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    status TEXT NOT NULL CHECK (status IN ('created', 'awaiting:payment', 'complete', 'cancelled')),
    cancel_reason TEXT CHECK (cancel_reason IN ('user', 'expired')),
    expires_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    -- The ticket as it was reserved. Later changes of the ticket change no order.
    ticket_title TEXT NOT NULL CHECK (length(ticket_title) BETWEEN 1 AND 200),
    ticket_price_cents INTEGER NOT NULL CHECK (ticket_price_cents BETWEEN 1 AND 99999999),
    ticket_version INTEGER NOT NULL CHECK (ticket_version >= 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL))
) STRICT;

-- Nobody is ever sold the same ticket twice: this index is the rule, everything else only explains it.
CREATE UNIQUE INDEX one_live_order_per_ticket ON orders (ticket_id)
    WHERE status IN ('created', 'awaiting:payment', 'complete');

CREATE INDEX orders_of_buyer ON orders (buyer_id, id);

-- Orders with a deadline, for the worker that closes what has run out.
CREATE INDEX orders_by_deadline ON orders (expires_at) WHERE status IN ('created', 'awaiting:payment');
