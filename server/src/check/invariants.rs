//! What must hold, each as a sentence and a query for what breaks it.
//!
//! The queries see all databases at once, which no service can; so they are written here and not in a service's store,
//! and they are checked by running them.

use super::moment::Pair;

/// Something that must hold in every data folder.
#[derive(Debug, Clone)]
pub struct Invariant {
    /// It, in one sentence.
    pub name: String,
    /// A query of one text column: whatever breaks it. `?1` is the present instant,
    /// `?2` how often a payment is asked about before it has waited too long.
    pub violations: String,
}

/// Who consumes whose events.
pub(super) fn pairs(has_test_provider: bool) -> Vec<Pair> {
    let mut pairs = vec![
        ("tickets", "tickets", "orders"),
        ("orders", "orders", "tickets"),
        ("orders", "orders", "payments"),
        ("payments", "payments", "orders"),
    ];
    if has_test_provider {
        pairs.push(("test_provider", "test-provider", "payments"));
    }
    pairs.push(("auth", "auth", "tickets"));
    let pairs = pairs.into_iter().map(|(source_schema, source, consumer)| Pair {
        source_schema,
        source,
        consumer,
    });
    pairs.collect()
}

/// What holds in each file by itself, at every moment.
pub(super) fn of_the_files(has_test_provider: bool) -> Vec<Invariant> {
    let mut schemas = vec!["auth", "tickets", "orders", "payments"];
    schemas.extend(has_test_provider.then_some("test_provider"));
    schemas.into_iter().flat_map(of_a_database).collect()
}

/// What holds between the files once every event has arrived. Those about the test provider only where it has a database.
pub(super) fn between_the_files(has_test_provider: bool) -> Vec<Invariant> {
    let mut all: Vec<Invariant> = pairs(has_test_provider).into_iter().map(of_a_relay).collect();
    all.extend(MARKETPLACE.into_iter().map(of_the_marketplace));
    if has_test_provider {
        all.push(of_the_marketplace(PROVIDER));
    }
    all
}

/// The two functions take the schema as an argument. As a condition on their hidden column it is not looked at, and they
/// find nothing.
fn of_a_database(schema: &str) -> [Invariant; 4] {
    [
        Invariant {
            name: format!("The {schema} database is intact"),
            violations: format!(
                "SELECT integrity_check FROM pragma_integrity_check(NULL, '{schema}') WHERE integrity_check <> 'ok'"
            ),
        },
        Invariant {
            name: format!("Every foreign key of {schema} has its target"),
            violations: format!(r#"SELECT "table" FROM pragma_foreign_key_check(NULL, '{schema}')"#),
        },
        Invariant {
            name: format!("The event log of {schema} has no gap"),
            violations: format!(
                "SELECT 'only ' || count || ' of ' || newest || ' events' FROM (
                     SELECT count(*) AS count, coalesce(max(sequence), 0) AS newest FROM {schema}.events)
                 WHERE count <> newest"
            ),
        },
        Invariant {
            name: format!("Versions in the event log of {schema} increase by one"),
            violations: format!(
                "SELECT aggregate_id FROM {schema}.events
                 GROUP BY aggregate_id HAVING max(aggregate_version) + 1 <> count(*)"
            ),
        },
    ]
}

fn of_a_relay(pair: Pair) -> Invariant {
    let Pair {
        source_schema: schema,
        source,
        consumer,
    } = pair;
    Invariant {
        name: format!("Every event of {source} has been delivered to {consumer}"),
        violations: format!(
            "SELECT 'events from ' || (position + 1) || ' to ' || newest FROM (
                 SELECT (SELECT coalesce(max(sequence), 0) FROM {schema}.events) AS newest,
                     coalesce((SELECT position FROM {consumer}.cursors WHERE source = '{source}'), 0) AS position)
             WHERE position < newest
             UNION ALL
             SELECT 'those about ' || aggregate_id || ' wait: ' || last_error
             FROM {consumer}.aside_aggregates WHERE source = '{source}'"
        ),
    }
}

fn of_the_marketplace((name, violations): (&str, &str)) -> Invariant {
    Invariant {
        name: name.to_owned(),
        violations: violations.to_owned(),
    }
}

/// What somebody should look at although nothing is broken, each as a sentence and a query for what it is about, as those
/// above.
pub(super) fn worth_a_look() -> Vec<Invariant> {
    vec![of_the_marketplace((
        "Open disputes: answer them at the payment provider",
        "SELECT disputes.id || ' (payment ' || payment_id || ', order ' || order_id || ')' || coalesce(': ' || reason, '')
         FROM payments.disputes AS disputes JOIN payments.payments AS payments ON payments.id = disputes.payment_id
         WHERE disputes.status = 'open' ORDER BY opened_at, disputes.id",
    ))]
}

const MARKETPLACE: [(&str, &str); 12] = [
    (
        "A ticket has at most one live order",
        "SELECT ticket_id FROM orders.orders WHERE status <> 'cancelled' GROUP BY ticket_id HAVING count(*) > 1",
    ),
    (
        "A complete order has exactly one successful payment, of the right amount",
        "SELECT orders.id FROM orders.orders AS orders
         LEFT JOIN payments.payments AS payments ON payments.order_id = orders.id AND payments.status = 'succeeded'
         WHERE orders.status = 'complete'
         GROUP BY orders.id
         HAVING count(payments.id) <> 1 OR max(payments.amount_cents) <> orders.ticket_price_cents
             OR max(payments.id) <> orders.payment_id",
    ),
    (
        "Money that was taken belongs to a complete order or is refunded",
        "SELECT payments.id FROM payments.payments AS payments
         LEFT JOIN orders.orders AS orders ON orders.id = payments.order_id
         WHERE payments.status = 'succeeded'
             AND (orders.status IS NOT 'complete' OR orders.payment_id IS NOT payments.id)",
    ),
    (
        "A refunded order was paid, and its payment is refunded",
        "SELECT orders.id FROM orders.orders AS orders
         LEFT JOIN payments.payments AS payments ON payments.id = orders.payment_id
         WHERE orders.cancel_reason = 'refunded'
             AND (payments.status IS NULL OR payments.status NOT IN ('refunding', 'refunded'))",
    ),
    (
        "No payment has been pending for too long",
        "SELECT payments.id || ' (' || payments.status || ', asked ' || attempts || ' times)' || coalesce(': ' || last_error, '')
         FROM payments.payments AS payments JOIN payments.orders AS orders ON orders.id = payments.order_id
         WHERE next_check_at IS NOT NULL
             -- A refund waits for the bank, which is told of apart.
             AND NOT EXISTS (SELECT 1 FROM payments.disputes AS disputes
                 WHERE disputes.payment_id = payments.id AND disputes.status = 'open')
             AND ((attempts >= ?2 AND (last_error IS NOT NULL OR payments.status = 'refunding'
                 OR orders.status IN ('complete', 'cancelled') OR orders.expires_at <= ?1))
             -- Nobody asks the provider of before about it.
             OR provider <> (SELECT provider FROM payments.payments ORDER BY id DESC LIMIT 1))",
    ),
    (
        "No refund has failed",
        "SELECT payments.id || ' (order ' || order_id || ')' || coalesce(': ' || last_error, '')
         FROM payments.payments AS payments WHERE payments.status = 'refunding' AND refund_failed_at IS NOT NULL",
    ),
    (
        "Money that a bank returned after a dispute is not refunded again",
        "SELECT disputes.id || ' (payment ' || payment_id || ' is ' || payments.status || ')'
         FROM payments.disputes AS disputes JOIN payments.payments AS payments ON payments.id = disputes.payment_id
         WHERE disputes.status = 'lost' AND is_whole = 1 AND payments.status <> 'refunded'",
    ),
    (
        "The orders service knows the state of every dispute",
        "SELECT id FROM (
             SELECT id, payment_id, status, bars_refund FROM payments.disputes
             EXCEPT SELECT id, payment_id, status, bars_refund FROM orders.disputes)
         UNION SELECT id FROM (
             SELECT id, payment_id, status, bars_refund FROM orders.disputes
             EXCEPT SELECT id, payment_id, status, bars_refund FROM payments.disputes)",
    ),
    (
        "The orders service's copy of the tickets equals the tickets",
        "SELECT id FROM (
             SELECT id, seller_id, title, price_cents, refund_hours, version FROM tickets.tickets
             EXCEPT SELECT id, seller_id, title, price_cents, refund_hours, version FROM orders.tickets)
         UNION SELECT id FROM (
             SELECT id, seller_id, title, price_cents, refund_hours, version FROM orders.tickets
             EXCEPT SELECT id, seller_id, title, price_cents, refund_hours, version FROM tickets.tickets)",
    ),
    (
        "The payments service's copy of the orders equals the orders",
        "SELECT id FROM (
             SELECT id, buyer_id, ticket_price_cents, status, expires_at, version FROM orders.orders
             EXCEPT SELECT id, buyer_id, price_cents, status, expires_at, version FROM payments.orders)
         UNION SELECT id FROM (
             SELECT id, buyer_id, price_cents, status, expires_at, version FROM payments.orders
             EXCEPT SELECT id, buyer_id, ticket_price_cents, status, expires_at, version FROM orders.orders)",
    ),
    (
        "A ticket is offered as its live order reserved it",
        "SELECT orders.id FROM orders.orders AS orders
         JOIN tickets.tickets AS tickets ON tickets.id = orders.ticket_id
         WHERE (orders.status = 'complete'
                 OR (orders.status IN ('created', 'awaiting:payment') AND orders.expires_at > ?1))
             AND (tickets.title, tickets.price_cents, tickets.refund_hours)
                 <> (orders.ticket_title, orders.ticket_price_cents, orders.refund_hours)",
    ),
    (
        "A ticket is held by its live order, until its deadline, and by no other",
        // An edit after a deadline takes the hold off a ticket, whether or not its order was closed.
        "SELECT orders.ticket_id FROM orders.orders AS orders
         LEFT JOIN tickets.tickets AS tickets ON tickets.id = orders.ticket_id
         WHERE (orders.status = 'complete' AND (tickets.order_id IS NOT orders.id OR tickets.held_until IS NOT NULL))
             OR (orders.status IN ('created', 'awaiting:payment') AND orders.expires_at > ?1
                 AND (tickets.order_id IS NOT orders.id OR tickets.held_until IS NOT orders.expires_at))
         UNION
         SELECT tickets.id FROM tickets.tickets AS tickets
         LEFT JOIN orders.orders AS orders ON orders.id = tickets.order_id
         WHERE tickets.order_id IS NOT NULL AND (orders.status IS NULL OR orders.status = 'cancelled')",
    ),
];

const PROVIDER: (&str, &str) = (
    "The test provider and the payments agree on every charge",
    // Of a payment that is being settled the provider knows more for a moment.
    "SELECT charges.key FROM test_provider.charges AS charges
     LEFT JOIN payments.payments AS payments ON payments.id = charges.key
     WHERE payments.id IS NULL OR charges.amount_cents <> payments.amount_cents
         OR (payments.status IN ('succeeded', 'failed', 'refunded') AND charges.status <> payments.status)
         OR (payments.status = 'refunding' AND charges.status NOT IN ('succeeded', 'refunded'))
     UNION
     SELECT payments.id FROM payments.payments AS payments
     LEFT JOIN test_provider.charges AS charges ON charges.key = payments.id
     WHERE payments.provider = 'test' AND charges.key IS NULL AND payments.status IN ('succeeded', 'refunding', 'refunded')",
);
