-- What the SQLite migrations of this folder result in, for PostgreSQL; event-log's migration is applied before, and says what differs.

-- This service's own copy of the orders, kept by the events of the orders service. Money is in cents, time in milliseconds UTC.
CREATE TABLE orders (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    buyer_id TEXT COLLATE "C" NOT NULL,
    price_cents BIGINT NOT NULL CHECK (price_cents BETWEEN 1 AND 99999999),
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('created', 'awaiting:payment', 'complete', 'cancelled')),
    expires_at BIGINT NOT NULL,
    version BIGINT NOT NULL CHECK (version >= 0)
);

-- Payments: each is one charge of a buyer for one order, written down before the provider is asked for it.
CREATE TABLE payments (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    order_id TEXT COLLATE "C" NOT NULL REFERENCES orders (id),
    buyer_id TEXT COLLATE "C" NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents BETWEEN 1 AND 99999999),
    status TEXT COLLATE "C" NOT NULL
        CHECK (status IN ('intended', 'processing', 'succeeded', 'failed', 'refunding', 'refunded')),
    failure TEXT COLLATE "C" CHECK (failure IN
        ('card_declined', 'insufficient_funds', 'authentication_required', 'unknown_card', 'abandoned', 'refused')),
    -- Who moves the money. Another provider is never asked about it.
    provider TEXT COLLATE "C" NOT NULL CHECK (provider <> ''),
    -- How it is paid: what stands for a card at the provider, or where the provider's own page leads back to.
    token TEXT COLLATE "C",
    return_url TEXT COLLATE "C",
    -- What the provider calls it, and the provider's page where its buyer goes on.
    reference TEXT COLLATE "C",
    redirect_url TEXT COLLATE "C",
    -- The version of the last event about it.
    version BIGINT NOT NULL CHECK (version >= 0),
    -- When the provider is to be asked about it next; NULL when nothing about it is open.
    next_check_at BIGINT,
    -- How often it was asked since its status changed last, and what went wrong the last time.
    attempts BIGINT NOT NULL CHECK (attempts >= 0),
    last_error TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- When the provider said yes, by its own record: money is on time by this, and not by when its result arrived.
    succeeded_at BIGINT,
    -- Grows by one with everything that is written down about the payment, messages that change nothing else included. An answer of
    -- the provider counts only if it is still what it was when the question began.
    revision BIGINT NOT NULL DEFAULT 0 CHECK (revision >= 0),
    -- Until when the provider may still carry the charge out. That it does not know the payment means nothing before that.
    may_be_charged_until BIGINT NOT NULL DEFAULT 0,
    -- When the provider said that the money did not go back after all; NULL again once it has.
    refund_failed_at BIGINT,
    -- The age of the database (the time for which processes have certainly been running, which no clock changes) when the provider was
    -- last asked for the charge. A payment that the provider does not know is written off only when the provider's time has passed by
    -- this as well: a clock that is ahead writes nothing off.
    charge_requested_at_age BIGINT NOT NULL DEFAULT 0 CHECK (charge_requested_at_age >= 0),
    CHECK ((token IS NULL) <> (return_url IS NULL)),
    CHECK ((status = 'failed') = (failure IS NOT NULL)),
    CHECK ((status IN ('intended', 'processing', 'refunding')) = (next_check_at IS NOT NULL))
);

-- Nobody pays twice for an order: these indexes are the rule. A second success becomes a refund.
CREATE UNIQUE INDEX one_successful_payment_per_order ON payments (order_id) WHERE status = 'succeeded';
CREATE UNIQUE INDEX one_open_payment_per_order ON payments (order_id) WHERE status IN ('intended', 'processing');

CREATE INDEX payments_of_order ON payments (order_id, id);
CREATE INDEX payments_due ON payments (next_check_at) WHERE next_check_at IS NOT NULL;

-- A webhook names the payment by the provider's reference: without an index each one reads all payments.
CREATE INDEX payments_by_reference ON payments (reference) WHERE reference IS NOT NULL;

-- What the provider has told, each message once and for ever: a message that comes again has no effect again.
CREATE TABLE webhook_inbox (
    event_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    payment_id TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL
        CHECK (outcome IN ('processing', 'succeeded', 'failed', 'refunded', 'refund_failed', 'disputed')),
    received_at BIGINT NOT NULL
);

-- Disputes: a buyer asks their bank for the money of a payment. Money is in cents, time in milliseconds UTC.
CREATE TABLE disputes (
    -- What the provider calls it.
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    payment_id TEXT COLLATE "C" NOT NULL REFERENCES payments (id),
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    -- Whether the provider refuses to give the money back: it could be lost twice. One that was lost refuses for good.
    bars_refund BOOLEAN NOT NULL,
    -- Whether it is about all of the money.
    is_whole BOOLEAN NOT NULL,
    -- Why the buyer disputes, in the provider's words.
    reason TEXT COLLATE "C",
    -- When its first message arrived, and the one that it is closed.
    opened_at BIGINT NOT NULL,
    closed_at BIGINT,
    -- When the provider is to be asked about it next: messages can be lost.
    next_check_at BIGINT,
    CHECK ((status = 'open') = (closed_at IS NULL)),
    CHECK ((status = 'open') = (next_check_at IS NOT NULL)),
    CHECK (status <> 'won' OR bars_refund = false),
    CHECK (status <> 'lost' OR bars_refund = true)
);

CREATE INDEX disputes_of_payment ON disputes (payment_id);
CREATE INDEX disputes_due ON disputes (next_check_at) WHERE next_check_at IS NOT NULL;

-- How many requests for the refund of a payment are known to have ended without one. The provider keeps such an answer under
-- the key of its request, so the next one has another key.
CREATE TABLE refund_requests (
    payment_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES payments (id),
    ended BIGINT NOT NULL CHECK (ended > 0)
);
