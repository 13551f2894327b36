-- How many unpaid orders a buyer has and had, and when they paid last: looked up with every reservation.
CREATE INDEX unpaid_orders_of_buyer ON orders (buyer_id, expires_at) WHERE payment_id IS NULL;
CREATE INDEX purchases_of_buyer ON orders (buyer_id, paid_at) WHERE payment_id IS NOT NULL;
