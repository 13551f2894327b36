-- What the SQLite migrations of this folder result in, for PostgreSQL; event-log's migration is applied before, and says what differs.

-- This service's own copy of the tickets, kept by the events of the tickets service. Money is in cents.
CREATE TABLE tickets (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seller_id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    price_cents BIGINT NOT NULL CHECK (price_cents BETWEEN 1 AND 99999999),
    version BIGINT NOT NULL CHECK (version >= 0),
    refund_hours BIGINT NOT NULL DEFAULT 24 CHECK (refund_hours BETWEEN 0 AND 720),
    -- The version that made the present offer of a ticket (title, price, refund hours): who saw that version or a later one saw the
    -- present offer.
    offer_version BIGINT NOT NULL DEFAULT 0 CHECK (offer_version >= 0)
);

CREATE INDEX tickets_of_seller ON tickets (seller_id, id);

-- Orders, from reservation to end. Ids are UUIDv7, so their order is the order of reserving; time is in milliseconds UTC.
CREATE TABLE orders (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    buyer_id TEXT COLLATE "C" NOT NULL,
    ticket_id TEXT COLLATE "C" NOT NULL REFERENCES tickets (id),
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('created', 'awaiting:payment', 'complete', 'cancelled')),
    cancel_reason TEXT COLLATE "C" CHECK (cancel_reason IN ('user', 'expired', 'refunded')),
    expires_at BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 0),
    -- The ticket as it was reserved. Later changes of the ticket change no order.
    ticket_title TEXT COLLATE "C" NOT NULL CHECK (length(ticket_title) BETWEEN 1 AND 200),
    ticket_price_cents BIGINT NOT NULL CHECK (ticket_price_cents BETWEEN 1 AND 99999999),
    ticket_version BIGINT NOT NULL CHECK (ticket_version >= 0),
    refund_hours BIGINT NOT NULL CHECK (refund_hours BETWEEN 0 AND 720),
    -- A payment that was started and of which it is not known yet what became of it.
    open_payment_id TEXT COLLATE "C",
    -- The payment that made the order complete, and when the provider said yes, by its own record; both stay when the order is given back.
    payment_id TEXT COLLATE "C",
    paid_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- When the order became complete, from which moment it can be given back: the news of a payment may take its time.
    completed_at BIGINT,
    -- An order is closed for good only when its time has certainly passed, whatever a clock says: a clock that is ahead for a while
    -- closes no order that has time left, and the order of a clock that was ahead is not held until its deadline comes.
    -- For how long the service had been running with this database when the order was reserved, in milliseconds.
    reserved_at_age BIGINT NOT NULL DEFAULT 0 CHECK (reserved_at_age >= 0),
    -- The deadline by that measure: both instants are of the clock that was right or wrong when it was reserved.
    expires_at_age BIGINT GENERATED ALWAYS AS (reserved_at_age + expires_at - created_at) STORED,
    -- Who sells the ticket, which never changes: a seller's sales are listed by it, page by page, and no order of one's own ticket is made.
    seller_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    -- When an order was cancelled, for whichever reason: for a refunded order the date of the refund.
    cancelled_at BIGINT,
    CHECK ((status = 'cancelled') = (cancel_reason IS NOT NULL)),
    CHECK ((payment_id IS NULL) = (paid_at IS NULL)),
    CHECK ((payment_id IS NOT NULL) = (status = 'complete' OR cancel_reason IS NOT DISTINCT FROM 'refunded'))
);

-- Nobody is ever sold the same ticket twice: this index is the rule, everything else only explains it.
CREATE UNIQUE INDEX one_live_order_per_ticket ON orders (ticket_id)
    WHERE status IN ('created', 'awaiting:payment', 'complete');

CREATE INDEX orders_of_buyer ON orders (buyer_id, id);

-- Orders with a deadline, for the worker that closes what has run out.
CREATE INDEX orders_by_deadline ON orders (expires_at_age)
    WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL;
CREATE INDEX orders_being_paid_by_deadline ON orders (expires_at_age)
    WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL;

-- How many unpaid orders a buyer has and had, and when they paid last: looked up with every reservation.
CREATE INDEX unpaid_orders_of_buyer ON orders (buyer_id, expires_at) WHERE payment_id IS NULL;
CREATE INDEX purchases_of_buyer ON orders (buyer_id, paid_at) WHERE payment_id IS NOT NULL;

-- What a seller has sold.
CREATE INDEX sales_of_seller ON orders (seller_id, paid_at, id) WHERE paid_at IS NOT NULL;

-- What this service knows of the disputes about the payments of its orders.
CREATE TABLE disputes (
    -- What the payment provider calls it.
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL,
    payment_id TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    -- Whether the money cannot be given back because of it.
    bars_refund BOOLEAN NOT NULL
);

CREATE INDEX disputes_of_order ON disputes (order_id);
