-- The versions that were seen of payments are kept by event-log, beside the cursors.
INSERT INTO seen_versions (source, aggregate_id, version) SELECT 'payments', payment_id, version FROM payments_heard;
DROP TABLE payments_heard;
