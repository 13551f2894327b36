-- The versions that were seen of orders are kept by event-log, beside the cursors.
INSERT INTO seen_versions (source, aggregate_id, version) SELECT 'orders', order_id, version FROM orders_heard;
DROP TABLE orders_heard;
