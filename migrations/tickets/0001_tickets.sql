-- The tickets on offer. Ids are UUIDv7, so their order is the order of listing; money is in cents, time in milliseconds UTC.
CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    seller_id TEXT NOT NULL,
    title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    -- What the search looks into: the title without the differences of case of every script. SQLite's own folding knows ASCII only.
    title_folded TEXT NOT NULL,
    price_cents INTEGER NOT NULL CHECK (price_cents BETWEEN 1 AND 99999999),
    version INTEGER NOT NULL CHECK (version >= 0),
    -- The order that holds the ticket, and until when. An order without a deadline holds it for good: the ticket is sold.
    order_id TEXT,
    held_until INTEGER,
    created_at INTEGER NOT NULL,
    -- From when on the ticket can be bought: from ever, from the end of its hold, or (NULL) never. So "can be bought at
    -- :now" is one comparison, `free_from <= :now`, which an index can serve.
    free_from INTEGER GENERATED ALWAYS AS (CASE WHEN order_id IS NULL THEN 0 ELSE held_until END) VIRTUAL,
    CHECK (order_id IS NOT NULL OR held_until IS NULL)
) STRICT;

-- The lists of what can be bought, by listing and by price. Tickets that are sold are not in them.
CREATE INDEX tickets_on_sale ON tickets (id) WHERE free_from IS NOT NULL;
CREATE INDEX tickets_on_sale_by_price ON tickets (price_cents, id) WHERE free_from IS NOT NULL;

CREATE INDEX tickets_of_seller ON tickets (seller_id, id);
