-- When a charge succeeded, in milliseconds UTC: whoever hears of it late still knows when it was. It is not known of older
-- charges.
ALTER TABLE charges ADD COLUMN succeeded_at INTEGER;
