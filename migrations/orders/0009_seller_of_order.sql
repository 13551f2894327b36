-- Who sells the ticket of an order, which never changes: a seller's sales are listed by it, page by page, and no order of one's own
-- ticket is made.
ALTER TABLE orders ADD COLUMN seller_id TEXT NOT NULL DEFAULT '';
UPDATE orders SET seller_id = (SELECT tickets.seller_id FROM tickets WHERE tickets.id = orders.ticket_id);

CREATE INDEX sales_of_seller ON orders (seller_id, paid_at, id) WHERE paid_at IS NOT NULL;
