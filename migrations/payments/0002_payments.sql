-- Payments: each is one charge of a buyer for one order, written down before the provider is asked for it.
CREATE TABLE payments (
    id TEXT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    buyer_id TEXT NOT NULL,
    amount_cents INTEGER NOT NULL CHECK (amount_cents BETWEEN 1 AND 99999999),
    status TEXT NOT NULL
        CHECK (status IN ('intended', 'processing', 'succeeded', 'failed', 'refunding', 'refunded')),
    failure TEXT CHECK (failure IN
        ('card_declined', 'insufficient_funds', 'authentication_required', 'unknown_card', 'abandoned', 'refused')),
    -- Who moves the money. Another provider is never asked about it.
    provider TEXT NOT NULL CHECK (provider <> ''),
    -- How it is paid: what stands for a card at the provider, or where the provider's own page leads back to.
    token TEXT,
    return_url TEXT,
    -- What the provider calls it, and the provider's page where its buyer goes on.
    reference TEXT,
    redirect_url TEXT,
    -- The version of the last event about it.
    version INTEGER NOT NULL CHECK (version >= 0),
    -- When the provider is to be asked about it next; NULL when nothing about it is open.
    next_check_at INTEGER,
    -- How often it was asked since its status changed last, and what went wrong the last time.
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    last_error TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((token IS NULL) <> (return_url IS NULL)),
    CHECK ((status = 'failed') = (failure IS NOT NULL)),
    CHECK ((status IN ('intended', 'processing', 'refunding')) = (next_check_at IS NOT NULL))
) STRICT;

-- Nobody pays twice for an order: these indexes are the rule. A second success becomes a refund.
CREATE UNIQUE INDEX one_successful_payment_per_order ON payments (order_id) WHERE status = 'succeeded';
CREATE UNIQUE INDEX one_open_payment_per_order ON payments (order_id) WHERE status IN ('intended', 'processing');

CREATE INDEX payments_of_order ON payments (order_id, id);
CREATE INDEX payments_due ON payments (next_check_at) WHERE next_check_at IS NOT NULL;

-- What the provider has told, each message once and for ever: a message that comes again has no effect again.
CREATE TABLE webhook_inbox (
    event_id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('processing', 'succeeded', 'failed', 'refunded', 'refund_failed')),
    received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
