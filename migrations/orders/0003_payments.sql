-- An order is paid, may be given back after that, and remembers the payment that is under way. A CHECK cannot be changed in
-- place, so the table is made anew.
ALTER TABLE tickets ADD COLUMN refund_hours INTEGER NOT NULL DEFAULT 24 CHECK (refund_hours BETWEEN 0 AND 720);

CREATE TABLE orders_with_payments (
    id TEXT NOT NULL PRIMARY KEY,
    buyer_id TEXT NOT NULL,
    ticket_id TEXT NOT NULL REFERENCES tickets (id),
    status TEXT NOT NULL CHECK (status IN ('created', 'awaiting:payment', 'complete', 'cancelled')),
    cancel_reason TEXT CHECK (cancel_reason IN ('user', 'expired', 'refunded')),
    expires_at INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 0),
    -- The ticket as it was reserved. Later changes of the ticket change no order.
    ticket_title TEXT NOT NULL CHECK (length(ticket_title) BETWEEN 1 AND 200),
    ticket_price_cents INTEGER NOT NULL CHECK (ticket_price_cents BETWEEN 1 AND 99999999),
    ticket_version INTEGER NOT NULL CHECK (ticket_version >= 0),
    refund_hours INTEGER NOT NULL CHECK (refund_hours BETWEEN 0 AND 720),
    -- A payment that was started and of which it is not known yet what became of it.
    open_payment_id TEXT,
    -- The payment that made the order complete, and when; both stay when the order is given back.
    payment_id TEXT,
    paid_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
    CHECK ((payment_id IS NULL) = (paid_at IS NULL)),
    CHECK ((payment_id IS NOT NULL) = (status = 'complete' OR cancel_reason IS 'refunded'))
) STRICT;

INSERT INTO orders_with_payments (id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
    ticket_title, ticket_price_cents, ticket_version, refund_hours, created_at, updated_at)
SELECT id, buyer_id, ticket_id, status, cancel_reason, expires_at, version,
    ticket_title, ticket_price_cents, ticket_version, 24, created_at, updated_at
FROM orders;

DROP TABLE orders;
ALTER TABLE orders_with_payments RENAME TO orders;

-- Nobody is ever sold the same ticket twice: this index is the rule, everything else only explains it.
CREATE UNIQUE INDEX one_live_order_per_ticket ON orders (ticket_id)
    WHERE status IN ('created', 'awaiting:payment', 'complete');

CREATE INDEX orders_of_buyer ON orders (buyer_id, id);

-- Orders with a deadline, for the worker that closes what has run out.
CREATE INDEX orders_by_deadline ON orders (expires_at)
    WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL;
CREATE INDEX orders_being_paid_by_deadline ON orders (expires_at)
    WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL;

-- What a seller has sold.
CREATE INDEX orders_by_ticket ON orders (ticket_id, id);
CREATE INDEX tickets_of_seller ON tickets (seller_id, id);

-- The newest version of each payment that this service has acted upon: an event that comes again, or late, is told by it.
CREATE TABLE payments_heard (
    payment_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version >= 0)
) STRICT, WITHOUT ROWID;
