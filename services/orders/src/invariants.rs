//! The invariants of this service's database.

use service::Invariant;

pub(crate) fn all() -> Vec<Invariant> {
    vec![Invariant::new(
        "A ticket has at most one live order",
        "SELECT ticket_id FROM orders.orders WHERE status <> 'cancelled' GROUP BY ticket_id HAVING count(*) > 1",
    )]
}
