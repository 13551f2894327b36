-- The age of the database (the time for which processes have certainly been running, which no clock changes) when the provider was
-- last asked for the charge. A payment that the provider does not know is written off only when the provider's time has passed by
-- this as well: a clock that is ahead writes nothing off.
ALTER TABLE payments ADD COLUMN charge_requested_at_age INTEGER NOT NULL DEFAULT 0 CHECK (charge_requested_at_age >= 0);
