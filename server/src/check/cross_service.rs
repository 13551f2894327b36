//! The invariants between the databases of several services once every event has arrived.
//!
//! The queries see all databases at once, which no service can; so they are written here and not with a service, and they are
//! checked by running them.

use service::Invariant;

/// An invariant about several services, by the names of the services, the sentence and the query.
struct Between {
    about: &'static [&'static str],
    sentence: &'static str,
    violations: &'static str,
}

/// The ids of the rows that only one of two queries returns.
macro_rules! differing {
    ($one:literal, $other:literal) => {
        concat!(
            "SELECT id FROM (",
            $one,
            " EXCEPT ",
            $other,
            ") AS missing UNION SELECT id FROM (",
            $other,
            " EXCEPT ",
            $one,
            ") AS extra"
        )
    };
}

/// The invariants about services that are all among these.
pub(super) fn of(names: &[&str]) -> Vec<Invariant> {
    let among = |between: &&Between| between.about.iter().all(|name| names.contains(name));
    let all = INVARIANTS.iter().filter(among);
    all.map(|between| Invariant::new(between.sentence, between.violations))
        .collect()
}

const INVARIANTS: [Between; 9] = [
    Between {
        about: &["orders", "payments"],
        sentence: "A complete order has exactly one successful payment, of the right amount",
        violations: "SELECT orders.id FROM orders.orders AS orders
         LEFT JOIN payments.payments AS payments ON payments.order_id = orders.id AND payments.status = 'succeeded'
         WHERE orders.status = 'complete'
         GROUP BY orders.id
         HAVING count(payments.id) <> 1 OR max(payments.amount_cents) <> orders.ticket_price_cents
             OR max(payments.id) <> orders.payment_id",
    },
    Between {
        about: &["orders", "payments"],
        sentence: "Every captured payment belongs to a complete order or is refunded",
        violations: "SELECT payments.id FROM payments.payments AS payments
         LEFT JOIN orders.orders AS orders ON orders.id = payments.order_id
         WHERE payments.status = 'succeeded'
             AND (orders.status IS DISTINCT FROM 'complete' OR orders.payment_id IS DISTINCT FROM payments.id)",
    },
    Between {
        about: &["orders", "payments"],
        sentence: "A refunded order was paid, and its payment is refunded",
        violations: "SELECT orders.id FROM orders.orders AS orders
         LEFT JOIN payments.payments AS payments ON payments.id = orders.payment_id
         WHERE orders.cancel_reason = 'refunded'
             AND (payments.status IS NULL OR payments.status NOT IN ('refunding', 'refunded'))",
    },
    Between {
        about: &["orders", "payments"],
        sentence: "The orders service knows the state of every dispute",
        violations: differing!(
            "SELECT id, payment_id, status, bars_refund FROM payments.disputes",
            "SELECT id, payment_id, status, bars_refund FROM orders.disputes"
        ),
    },
    Between {
        about: &["orders", "tickets"],
        sentence: "The ticket replica in orders matches tickets",
        violations: differing!(
            "SELECT id, seller_id, title, price_cents, refund_hours, version FROM tickets.tickets",
            "SELECT id, seller_id, title, price_cents, refund_hours, version FROM orders.tickets"
        ),
    },
    Between {
        about: &["orders", "payments"],
        sentence: "The order replica in payments matches orders",
        violations: differing!(
            "SELECT id, buyer_id, ticket_price_cents, status, expires_at, version FROM orders.orders",
            "SELECT id, buyer_id, price_cents, status, expires_at, version FROM payments.orders"
        ),
    },
    Between {
        about: &["orders", "tickets"],
        sentence: "A ticket is offered as its live order reserved it",
        violations: "SELECT orders.id FROM orders.orders AS orders
         JOIN tickets.tickets AS tickets ON tickets.id = orders.ticket_id
         WHERE (orders.status = 'complete'
                 OR (orders.status IN ('created', 'awaiting:payment') AND orders.expires_at > $1))
             AND (tickets.title, tickets.price_cents, tickets.refund_hours)
                 <> (orders.ticket_title, orders.ticket_price_cents, orders.refund_hours)",
    },
    Between {
        about: &["orders", "tickets"],
        sentence: "A ticket is held by its live order, until its deadline, and by no other",
        // An edit after a deadline removes the hold of a ticket, whether or not its order was closed.
        violations: "SELECT orders.ticket_id FROM orders.orders AS orders
         LEFT JOIN tickets.tickets AS tickets ON tickets.id = orders.ticket_id
         WHERE (orders.status = 'complete' AND (tickets.order_id IS DISTINCT FROM orders.id OR tickets.held_until IS NOT NULL))
             OR (orders.status IN ('created', 'awaiting:payment') AND orders.expires_at > $1
                 AND (tickets.order_id IS DISTINCT FROM orders.id OR tickets.held_until IS DISTINCT FROM orders.expires_at))
         UNION
         SELECT tickets.id FROM tickets.tickets AS tickets
         LEFT JOIN orders.orders AS orders ON orders.id = tickets.order_id
         WHERE tickets.order_id IS NOT NULL AND (orders.status IS NULL OR orders.status = 'cancelled')",
    },
    Between {
        about: &["payments", "test-provider"],
        sentence: "The test provider and the payments agree on every charge",
        // About a payment that is being settled the provider is ahead for a moment.
        violations: "SELECT charges.key FROM test_provider.charges AS charges
     LEFT JOIN payments.payments AS payments ON payments.id = charges.key
     WHERE payments.id IS NULL OR charges.amount_cents <> payments.amount_cents
         OR (payments.status IN ('succeeded', 'failed', 'refunded') AND charges.status <> payments.status)
         OR (payments.status = 'refunding' AND charges.status NOT IN ('succeeded', 'refunded'))
     UNION
     SELECT payments.id FROM payments.payments AS payments
     LEFT JOIN test_provider.charges AS charges ON charges.key = payments.id
     WHERE payments.provider = 'test' AND charges.key IS NULL AND payments.status IN ('succeeded', 'refunding', 'refunded')",
    },
];
