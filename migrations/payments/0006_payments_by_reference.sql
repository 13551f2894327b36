-- A webhook names the payment by the provider's reference: without an index each one reads all payments.
CREATE INDEX payments_by_reference ON payments (reference) WHERE reference IS NOT NULL;
