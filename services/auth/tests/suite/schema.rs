//! The constraints of the tables, whatever the code does.

use crate::support::TestApp;
use event_log::sql::unchecked_scalar;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA";

async fn is_accepted(connection: &mut SqliteConnection, table: &str, values: &str) -> bool {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let insert = format!("INSERT INTO {table} VALUES ({values})");
    let inserted = sqlx::query(AssertSqlSafe(insert))
        .execute(&mut *transaction)
        .await;
    transaction.rollback().await.unwrap();
    inserted.is_ok()
}

#[tokio::test]
async fn constraints_reject_invalid_rows() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let user: String = unchecked_scalar("SELECT id FROM users")
        .fetch_one(app.db.reader())
        .await
        .unwrap();
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", app.path().display()))
        .await
        .unwrap();
    let table = [
        ("users", format!("'{ID}', 'grace@example.com', '{HASH}', 0"), true),
        ("users", format!("'{ID}', 'ada@example.com', '{HASH}', 0"), false),
        (
            "users",
            format!("'{ID}', 'Grace@example.com', '{HASH}', 0"),
            false,
        ),
        ("users", format!("'{ID}', '', '{HASH}', 0"), false),
        ("users", format!("'{ID}', NULL, '{HASH}', 0"), false),
        (
            "users",
            format!("'{ID}', 'grace@example.com', 'correct horse', 0"),
            false,
        ),
        (
            "users",
            format!("'{ID}', 'grace@example.com', '{HASH}', 'now'"),
            false,
        ),
        ("users", format!("'1', 'grace@example.com', '{HASH}', 0"), false),
        ("sessions", format!("'{ID}', '{user}', 1, NULL, 0"), true),
        ("sessions", format!("'{ID}', '{user}', 1, 1, 0"), true),
        ("sessions", format!("'{ID}', '{user}', 1, 0, 0"), false),
        ("sessions", format!("'{ID}', '{ID}', 1, NULL, 0"), false),
        ("sessions", format!("'1', '{user}', 1, NULL, 0"), false),
    ];
    for (name, values, expected) in table {
        assert_eq!(
            is_accepted(&mut connection, name, &values).await,
            expected,
            "{name}: {values}"
        );
    }
}

#[tokio::test]
async fn session_ends_once() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    app.sign_out(Some(&token)).await;
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", app.path().display()))
        .await
        .unwrap();
    for revival in [
        "UPDATE sessions SET ended_at = NULL",
        "UPDATE sessions SET ended_at = ended_at + 1",
    ] {
        assert!(
            sqlx::query(revival).execute(&mut connection).await.is_err(),
            "{revival}"
        );
    }
}
