-- What the SQLite migrations of this folder result in, for PostgreSQL; event-log's migration is applied before, and says what differs.

-- The tickets on offer. Ids are UUIDv7, so their order is the order of listing; money is in cents, time in milliseconds UTC.
CREATE TABLE tickets (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seller_id TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    -- What the search looks into: the title without the differences of case of every script. The database's own folding would know
    -- ASCII only.
    title_folded TEXT COLLATE "C" NOT NULL,
    price_cents BIGINT NOT NULL CHECK (price_cents BETWEEN 1 AND 99999999),
    version BIGINT NOT NULL CHECK (version >= 0),
    -- The order that holds the ticket, and until when. An order without a deadline holds it for good: the ticket is sold.
    order_id TEXT COLLATE "C",
    held_until BIGINT,
    created_at BIGINT NOT NULL,
    -- From when on the ticket can be bought: from ever, from the end of its hold, or (NULL) never.
    free_from BIGINT GENERATED ALWAYS AS (CASE WHEN order_id IS NULL THEN 0 ELSE held_until END) STORED,
    -- For how many hours after a purchase the seller takes a ticket back; 0 is never.
    refund_hours BIGINT NOT NULL DEFAULT 24 CHECK (refund_hours BETWEEN 0 AND 720),
    -- The version that made the present offer (title, price, refund hours). Holding and releasing a ticket make versions, too, but
    -- leave its offer alone: an order of this version or a later one stands for the present offer.
    offer_version BIGINT NOT NULL DEFAULT 0 CHECK (offer_version >= 0),
    CHECK (order_id IS NOT NULL OR held_until IS NULL)
);

-- The lists of what can be bought are in memory, and are loaded in the order of the primary key: they have no index.
CREATE INDEX tickets_of_seller ON tickets (seller_id, id);

-- The last edit of a ticket that was reverted, because an order had reserved the offer of before: what the edit had offered.
-- The seller is shown it. The next edit that is accepted takes it off.
CREATE TABLE reverted_edits (
    ticket_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES tickets (id),
    title TEXT COLLATE "C" NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    price_cents BIGINT NOT NULL CHECK (price_cents BETWEEN 1 AND 99999999),
    refund_hours BIGINT NOT NULL CHECK (refund_hours BETWEEN 0 AND 720),
    -- The order whose offer was restored, and when.
    order_id TEXT COLLATE "C" NOT NULL,
    reverted_at BIGINT NOT NULL
);

-- By which folding the titles are folded for the search, and how far those of before have been folded anew: SQL cannot fold, so the
-- service does it at its start, some hundreds of rows at a time.
CREATE TABLE title_fold (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- The folding of every row up to `folded_up_to`, and of every row that was written since.
    version BIGINT NOT NULL CHECK (version >= 0),
    -- The last ticket that was folded anew; NULL once all are.
    folded_up_to TEXT COLLATE "C"
);
INSERT INTO title_fold (id, version, folded_up_to) VALUES (1, 0, NULL);
