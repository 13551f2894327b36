-- What is known of a payment, and how far an answer of the provider can be trusted. Time is in milliseconds UTC.

-- When the provider said yes, by its own record: money is on time by this, and not by when it was heard of.
ALTER TABLE payments ADD COLUMN succeeded_at INTEGER;

-- Grows by one with everything that is written down about the payment, messages that change nothing else included. An answer of
-- the provider counts only if it is still what it was when the question began.
ALTER TABLE payments ADD COLUMN revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0);

-- Until when the provider may still carry the charge out. That it does not know the payment means nothing before that. Of the
-- payments that are open now it is not known when they were asked for last: they get the day that keys live at Stripe.
ALTER TABLE payments ADD COLUMN may_be_charged_until INTEGER NOT NULL DEFAULT 0;
UPDATE payments SET may_be_charged_until = updated_at + 86400000 WHERE status IN ('intended', 'processing');

-- When the provider said that the money did not go back after all; NULL again once it has.
ALTER TABLE payments ADD COLUMN refund_failed_at INTEGER;
