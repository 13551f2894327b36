//! Rules that hold whatever the code does: both databases refuse the same statements, and accept the same beside them.

use sqlx::sqlite::SqliteError;
use sqlx::{AssertSqlSafe, Executor, PgConnection, SqliteConnection};
use test_support::Cluster;

use super::{EVENT_LOG, postgres, sqlite};

/// The code of a violated constraint, in the lowest byte of those that say which.
const SQLITE_CONSTRAINT: i64 = 19;
/// The class of violated constraints.
const INTEGRITY_CONSTRAINT_VIOLATION: &str = "23";

enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Connection {
    async fn execute(&mut self, statement: &str) -> Result<(), sqlx::Error> {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(connection) => connection.execute(statement).await.map(drop),
            Self::Postgres(connection) => connection.execute(statement).await.map(drop),
        }
    }

    /// Executes a statement and takes it back.
    async fn attempt(&mut self, statement: &str) -> Result<(), sqlx::Error> {
        self.execute("BEGIN").await.unwrap();
        let outcome = self.execute(statement).await;
        self.execute("ROLLBACK").await.unwrap();
        outcome
    }
}

fn is_violation(error: &sqlx::Error) -> bool {
    let error = error.as_database_error().unwrap();
    let code = error.code().unwrap();
    if error.try_downcast_ref::<SqliteError>().is_some() {
        code.parse::<i64>().unwrap() & 0xff == SQLITE_CONSTRAINT
    } else {
        code.starts_with(INTEGRITY_CONSTRAINT_VIOLATION)
    }
}

/// What a rule forbids, in a state.
struct Rule {
    /// The crate whose tables it is about.
    of: &'static str,
    given: Vec<String>,
    /// Without these, a refusal could have any reason.
    accepted: Vec<String>,
    refused: Vec<String>,
}

impl Rule {
    async fn check(&self) {
        let database = Cluster::shared().database();
        let postgres = postgres(&database, self.of).await;
        for mut connection in [
            Connection::Sqlite(sqlite(self.of).await),
            Connection::Postgres(postgres),
        ] {
            for statement in &self.given {
                connection.execute(statement).await.unwrap();
            }
            for statement in &self.accepted {
                let outcome = connection.attempt(statement).await;
                assert!(outcome.is_ok(), "{statement}: {outcome:?}");
            }
            for statement in &self.refused {
                let outcome = connection.attempt(statement).await;
                assert!(
                    outcome.as_ref().is_err_and(is_violation),
                    "{statement}: {outcome:?}"
                );
            }
        }
    }
}

/// Appends events, each with its sequence, its aggregate and the version of that.
fn append(events: &[(i64, &str, i64)]) -> String {
    let row = |(sequence, aggregate, version): &(i64, &str, i64)| {
        format!("({sequence}, '{sequence:036}', 'order:created', '{aggregate}', {version}, 0, '{{}}')")
    };
    let rows: Vec<_> = events.iter().map(row).collect();
    format!(
        "INSERT INTO events (sequence, id, subject, aggregate_id, aggregate_version, occurred_at, payload) VALUES {}",
        rows.join(", ")
    )
}

fn order(id: &str, ticket: &str, status: &str) -> String {
    let (payment, paid_at) = match status {
        "complete" => ("'payment'", "0"),
        _ => ("NULL", "NULL"),
    };
    let reason = match status {
        "cancelled" => "'user'",
        _ => "NULL",
    };
    format!(
        "INSERT INTO orders (id, buyer_id, ticket_id, status, cancel_reason, expires_at, version, ticket_title, ticket_price_cents,
                ticket_version, refund_hours, payment_id, paid_at, created_at, updated_at)
            VALUES ('{id}', 'buyer', '{ticket}', '{status}', {reason}, 0, 0, 'Concert', 6450, 0, 24, {payment}, {paid_at}, 0, 0)"
    )
}

fn payment(id: &str, order: &str, status: &str) -> String {
    let failure = match status {
        "failed" => "'card_declined'",
        _ => "NULL",
    };
    let next_check_at = match status {
        "intended" | "processing" | "refunding" => "0",
        _ => "NULL",
    };
    format!(
        "INSERT INTO payments (id, order_id, buyer_id, amount_cents, status, failure, provider, token, version, next_check_at,
                attempts, created_at, updated_at)
            VALUES ('{id}', '{order}', 'buyer', 6450, '{status}', {failure}, 'test', 'tok_visa', 0, {next_check_at}, 0, 0, 0)"
    )
}

#[tokio::test]
async fn ticket_has_at_most_one_live_order() {
    let ticket = |id: &str| {
        format!(
            "INSERT INTO tickets (id, seller_id, title, price_cents, version) VALUES ('{id}', 'seller', 'Concert', 6450, 0)"
        )
    };
    for live in ["created", "awaiting:payment", "complete"] {
        let rule = Rule {
            of: "orders",
            given: vec![ticket("one"), ticket("other"), order("first", "one", live)],
            accepted: vec![
                order("second", "other", "created"),
                order("second", "one", "cancelled"),
            ],
            refused: ["created", "awaiting:payment", "complete"]
                .map(|status| order("second", "one", status))
                .to_vec(),
        };
        rule.check().await;
    }
}

#[tokio::test]
async fn event_is_never_changed_or_removed() {
    let rule = Rule {
        of: EVENT_LOG,
        given: vec![append(&[(1, "a", 0), (2, "b", 0)])],
        // The same statements, about no event.
        accepted: vec![
            "UPDATE events SET payload = '[]' WHERE sequence = 3".to_owned(),
            "DELETE FROM events WHERE sequence = 3".to_owned(),
        ],
        refused: vec![
            "UPDATE events SET payload = '[]' WHERE sequence = 2".to_owned(),
            "UPDATE events SET sequence = 3 WHERE sequence = 2".to_owned(),
            "DELETE FROM events WHERE sequence = 2".to_owned(),
            "DELETE FROM events".to_owned(),
        ],
    };
    rule.check().await;
}

/// SQLite knows no such statement.
#[tokio::test]
async fn log_is_never_truncated() {
    let database = Cluster::shared().database();
    let mut connection = Connection::Postgres(postgres(&database, EVENT_LOG).await);
    let outcome = connection.attempt("TRUNCATE events").await;
    assert!(outcome.as_ref().is_err_and(is_violation), "{outcome:?}");
    connection.attempt("TRUNCATE cursors").await.unwrap();
}

#[tokio::test]
async fn log_has_no_gaps() {
    let rule = Rule {
        of: EVENT_LOG,
        given: vec![append(&[(1, "a", 0), (2, "b", 0)])],
        accepted: vec![append(&[(3, "a", 1)]), append(&[(3, "a", 1), (4, "a", 2)])],
        refused: vec![
            append(&[(4, "a", 1)]),
            append(&[(2, "a", 1)]),
            append(&[(3, "a", 1), (5, "a", 2)]),
        ],
    };
    rule.check().await;
}

#[tokio::test]
async fn version_is_announced_once() {
    let rule = Rule {
        of: EVENT_LOG,
        given: vec![append(&[(1, "a", 0)])],
        accepted: vec![append(&[(2, "a", 1)]), append(&[(2, "b", 0)])],
        refused: vec![append(&[(2, "a", 0)]), append(&[(2, "a", 1), (3, "a", 1)])],
    };
    rule.check().await;
}

#[tokio::test]
async fn order_is_paid_once() {
    let of_order = |id: &str| {
        format!(
            "INSERT INTO orders (id, buyer_id, price_cents, status, expires_at, version)
                VALUES ('{id}', 'buyer', 6450, 'created', 0, 0)"
        )
    };
    let rule = Rule {
        of: "payments",
        given: vec![
            of_order("one"),
            of_order("other"),
            payment("first", "one", "succeeded"),
        ],
        accepted: vec![
            payment("second", "other", "succeeded"),
            payment("second", "one", "failed"),
            payment("second", "one", "refunding"),
        ],
        refused: vec![payment("second", "one", "succeeded")],
    };
    rule.check().await;
}
