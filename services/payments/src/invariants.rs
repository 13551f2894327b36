//! The invariants of this service's database, and its notices for the operator.

use service::Invariant;

use crate::operations::PaymentsConfig;

pub(crate) fn all() -> Vec<Invariant> {
    vec![
        resolves_in_time(PaymentsConfig::default().alert_after_attempts),
        Invariant::new(
            "No refund has failed",
            "SELECT payments.id || ' (order ' || order_id || ')' || coalesce(': ' || last_error, '')
             FROM payments.payments AS payments WHERE payments.status = 'refunding' AND refund_failed_at IS NOT NULL",
        ),
        Invariant::new(
            "Money that a bank returned after a dispute is not refunded again",
            "SELECT disputes.id || ' (payment ' || payment_id || ' is ' || payments.status || ')'
             FROM payments.disputes AS disputes JOIN payments.payments AS payments ON payments.id = disputes.payment_id
             WHERE disputes.status = 'lost' AND is_whole = true AND payments.status <> 'refunded'",
        ),
    ]
}

/// Each payment is settled after this many checks at most.
fn resolves_in_time(attempts: u32) -> Invariant {
    Invariant::new(
        "No payment has been pending for too long",
        format!(
            "SELECT payments.id || ' (' || payments.status || ', checked ' || attempts || ' times)' || coalesce(': ' || last_error, '')
             FROM payments.payments AS payments JOIN payments.orders AS orders ON orders.id = payments.order_id
             WHERE next_check_at IS NOT NULL
                 -- A refund waits for the bank, which another note reports.
                 AND NOT EXISTS (SELECT 1 FROM payments.disputes AS disputes
                     WHERE disputes.payment_id = payments.id AND disputes.status = 'open')
                 AND ((attempts >= {attempts} AND (last_error IS NOT NULL OR payments.status = 'refunding'
                     OR orders.status IN ('complete', 'cancelled') OR orders.expires_at <= $1))
                 -- The former provider is not called about it any more.
                 OR provider <> (SELECT provider FROM payments.payments ORDER BY id DESC LIMIT 1))"
        ),
    )
}

pub(crate) fn notices() -> Vec<Invariant> {
    vec![Invariant::new(
        "Open disputes: answer them at the payment provider",
        "SELECT disputes.id || ' (payment ' || payment_id || ', order ' || order_id || ')' || coalesce(': ' || reason, '')
         FROM payments.disputes AS disputes JOIN payments.payments AS payments ON payments.id = disputes.payment_id
         WHERE disputes.status = 'open' ORDER BY opened_at, disputes.id",
    )]
}
