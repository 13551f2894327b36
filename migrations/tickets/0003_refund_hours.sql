-- For how many hours after a purchase the seller takes a ticket back; 0 is never.
ALTER TABLE tickets ADD COLUMN refund_hours INTEGER NOT NULL DEFAULT 24 CHECK (refund_hours BETWEEN 0 AND 720);
