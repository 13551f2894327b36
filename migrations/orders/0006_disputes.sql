-- What this service knows of the disputes about the payments of its orders.
CREATE TABLE disputes (
    -- What the payment provider calls it.
    id TEXT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    -- Whether the money cannot be given back because of it.
    bars_refund INTEGER NOT NULL CHECK (bars_refund IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX disputes_of_order ON disputes (order_id);
