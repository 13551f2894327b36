-- An order is closed for good only when its time has certainly passed, whatever a clock says: a clock that is ahead for a while
-- closes no order that has time left, and the order of a clock that was ahead is not held until its deadline comes.
-- For how long the service had been running with this file when the order was reserved, in milliseconds. Orders from before this
-- migration count from it.
ALTER TABLE orders ADD COLUMN reserved_at_age INTEGER NOT NULL DEFAULT 0 CHECK (reserved_at_age >= 0);
-- The deadline by that measure: both instants are of the clock that was right or wrong when it was reserved.
ALTER TABLE orders ADD COLUMN expires_at_age INTEGER
    GENERATED ALWAYS AS (reserved_at_age + expires_at - created_at) VIRTUAL;

DROP INDEX orders_by_deadline;
DROP INDEX orders_being_paid_by_deadline;
CREATE INDEX orders_by_deadline ON orders (expires_at_age)
    WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NULL;
CREATE INDEX orders_being_paid_by_deadline ON orders (expires_at_age)
    WHERE status IN ('created', 'awaiting:payment') AND open_payment_id IS NOT NULL;
