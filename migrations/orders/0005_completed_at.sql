-- paid_at is when the provider said yes, by its own record. When the order became complete by that, from which moment it can be
-- given back, may be later: the news of a payment may take its time. Up to here both were the same.
ALTER TABLE orders ADD COLUMN completed_at INTEGER;
UPDATE orders SET completed_at = paid_at;
