-- When an order was cancelled, for whichever reason: for a refunded order the date of the refund. Before, that was its last change.
ALTER TABLE orders ADD COLUMN cancelled_at INTEGER;
UPDATE orders SET cancelled_at = updated_at WHERE status = 'cancelled';
