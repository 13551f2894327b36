//! Compares what was acknowledged with what is in the database.

use std::collections::BTreeMap;
use std::time::Duration;

use test_support::Pair;

use crate::records::{KINDS, Records};

const PAUSE: Duration = Duration::from_millis(100);
const TRIES: usize = 1_200;

/// The statement that lists what there is of a kind, in the words of [`Records`].
fn statement(kind: &str) -> &'static str {
    match kind {
        "account" => "SELECT id || ' ' || email FROM auth.users",
        "ticket" => "SELECT id || ' ' || title FROM tickets.tickets",
        "order" => "SELECT id || ' by ' || buyer_id || ' of ' || ticket_id FROM orders.orders",
        // The order is complete by it, or was until it was given back.
        "payment" => {
            "SELECT payments.id || ' of ' || orders.id FROM payments.payments
             JOIN orders.orders ON orders.id = payments.order_id AND orders.payment_id = payments.id
             WHERE payments.status IN ('succeeded', 'refunding', 'refunded')
             AND (orders.status = 'complete' OR orders.cancel_reason = 'refunded')"
        }
        "cancellation" => "SELECT id FROM orders.orders WHERE cancel_reason = 'user'",
        "refund" => "SELECT id FROM orders.orders WHERE cancel_reason = 'refunded'",
        _ => panic!("what is a {kind}?"),
    }
}

fn lines(database: &Pair, statement: &str) -> Vec<String> {
    let printed = database.execute(statement).unwrap();
    printed
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Waits until nothing is open about any payment.
pub(crate) async fn wait_until_settled(database: &Pair) {
    let mut open = Vec::new();
    for _ in 0..TRIES {
        let waiting = "SELECT id || ' ' || status FROM payments.payments WHERE next_check_at IS NOT NULL";
        open = lines(database, waiting);
        if open.is_empty() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("payments stay open: {open:?}");
}

/// What was acknowledged and is not there once, and what is there although it was not acknowledged: because everybody repeats a request until
/// it is known what happened, that is the second effect of a request.
pub(crate) fn losses(database: &Pair, records: &Records) -> Vec<String> {
    let mut losses = Vec::new();
    for kind in KINDS {
        let mut balance: BTreeMap<String, i64> = BTreeMap::new();
        for acknowledged in records.of(kind) {
            *balance.entry(acknowledged).or_default() -= 1;
        }
        for there in lines(database, statement(kind)) {
            *balance.entry(there).or_default() += 1;
        }
        losses.extend(balance.into_iter().filter_map(|(what, count)| match count {
            0 => None,
            ..0 => Some(format!("lost: {kind} {what}")),
            1.. => Some(format!("not acknowledged: {kind} {what}")),
        }));
    }
    losses
}
