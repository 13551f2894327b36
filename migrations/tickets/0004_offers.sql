-- The version that made the present offer (title, price, refund hours). Holding and releasing a ticket make versions, too, but
-- leave its offer alone: an order of this version or a later one stands for the present offer. For tickets of before it is
-- not known which version that was; the events say what each of them offered.
ALTER TABLE tickets ADD COLUMN offer_version INTEGER NOT NULL DEFAULT 0 CHECK (offer_version >= 0);
UPDATE tickets SET offer_version = version;

-- The last edit of a ticket that was reverted, because an order had reserved the offer of before: what the edit had offered.
-- The seller is shown it. The next edit that is accepted takes it off.
CREATE TABLE reverted_edits (
    ticket_id TEXT NOT NULL PRIMARY KEY REFERENCES tickets (id),
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    price_cents INTEGER NOT NULL CHECK (price_cents BETWEEN 1 AND 99999999),
    refund_hours INTEGER NOT NULL CHECK (refund_hours BETWEEN 0 AND 720),
    -- The order whose offer was restored, and when.
    order_id TEXT NOT NULL,
    reverted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
