-- A partial index serves a statement that has its condition word for word, and `= false` is the one that PostgreSQL understands as well.
DROP INDEX retry_queue_due;
CREATE INDEX retry_queue_due ON retry_queue (source, next_attempt_at) WHERE is_dead_letter = false;
