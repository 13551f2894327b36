-- The version that made the present offer of a ticket (title, price, refund hours): who saw that version or a later one saw the
-- present offer. For tickets of before it is not known, so that the present version counts.
ALTER TABLE tickets ADD COLUMN offer_version INTEGER NOT NULL DEFAULT 0 CHECK (offer_version >= 0);
UPDATE tickets SET offer_version = version;
