-- The newest version of each order that this service has acted upon: an event that comes again, or late, is told by it.
CREATE TABLE orders_heard (
    order_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version >= 0)
) STRICT, WITHOUT ROWID;
