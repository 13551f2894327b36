-- Disputes: a buyer asks their bank for the money of a payment. Money is in cents, time in milliseconds UTC.
CREATE TABLE disputes (
    -- What the provider calls it.
    id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES payments (id),
    status TEXT NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    -- Whether the provider refuses to give the money back: it could be lost twice. One that was lost refuses for good.
    bars_refund INTEGER NOT NULL CHECK (bars_refund IN (0, 1)),
    -- Whether it is about all of the money.
    is_whole INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
    -- Why the buyer disputes, in the provider's words.
    reason TEXT,
    -- When it was heard of first, and when it was heard that it is closed.
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    -- When the provider is to be asked about it next: messages can be lost.
    next_check_at INTEGER,
    CHECK ((status = 'open') = (closed_at IS NULL)),
    CHECK ((status = 'open') = (next_check_at IS NOT NULL)),
    CHECK (status <> 'won' OR bars_refund = 0),
    CHECK (status <> 'lost' OR bars_refund = 1)
) STRICT, WITHOUT ROWID;

CREATE INDEX disputes_of_payment ON disputes (payment_id);
CREATE INDEX disputes_due ON disputes (next_check_at) WHERE next_check_at IS NOT NULL;

-- How many requests for the refund of a payment are known to have ended without one. The provider keeps such an answer under
-- the key of its request, so the next one has another key.
CREATE TABLE refund_requests (
    payment_id TEXT NOT NULL PRIMARY KEY REFERENCES payments (id),
    ended INTEGER NOT NULL CHECK (ended > 0)
) STRICT, WITHOUT ROWID;

-- The provider's messages can also be about disputes. A CHECK cannot be changed in place, so the table is made anew.
CREATE TABLE webhook_inbox_with_disputes (
    event_id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL,
    outcome TEXT NOT NULL
        CHECK (outcome IN ('processing', 'succeeded', 'failed', 'refunded', 'refund_failed', 'disputed')),
    received_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO webhook_inbox_with_disputes (event_id, payment_id, outcome, received_at)
SELECT event_id, payment_id, outcome, received_at FROM webhook_inbox;
DROP TABLE webhook_inbox;
ALTER TABLE webhook_inbox_with_disputes RENAME TO webhook_inbox;
