-- The retry queue and its dead letters, under the names that the field has for them.
ALTER TABLE aside_aggregates RENAME TO retry_queue;
ALTER TABLE aside_events RENAME TO retry_queue_events;
-- A dead letter is not tried again until somebody asks for a replay.
ALTER TABLE retry_queue RENAME COLUMN parked TO is_dead_letter;
ALTER TABLE retry_queue RENAME COLUMN set_aside_at TO queued_at;

DROP INDEX aside_aggregates_due;
CREATE INDEX retry_queue_due ON retry_queue (source, next_attempt_at) WHERE is_dead_letter = 0;
