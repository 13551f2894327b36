//! POST /api/users/signup

use crate::support::{Reply, TestApp};
use axum::http::StatusCode;
use futures::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

const PATH: &str = "/api/users/signup";

async fn refused(body: Value) -> Reply {
    let app = TestApp::start().await;
    let reply = app.post(PATH, &body).await;
    assert_eq!(
        app.counts().await,
        (0, 0, 0),
        "a refused request stored something"
    );
    reply
}

#[tokio::test]
async fn sign_up_creates_an_account_and_a_session() {
    let app = TestApp::start().await;
    let reply = app
        .post(
            PATH,
            &json!({ "email": " Ada@Example.com ", "password": "correct horse", "id": "x" }),
        )
        .await;
    assert_snapshot!(reply, @r#"
    201 Created
    set-cookie: ticketing-session=<token>; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600
    {"id":"019c1536-3500-7587-a9a2-4b981ad295f2","email":"ada@example.com"}
    "#);
    assert_eq!(
        app.current_user(reply.token().as_deref()).await.json()["currentUser"],
        reply.json()
    );
    assert_eq!(app.counts().await, (1, 1, 1));
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(app.events().await, [("user:signed-up".to_owned(), id)]);
}

#[tokio::test]
async fn password_is_not_stored_in_plain_text() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let path = app.path();
    app.db.close().await;
    let bytes = std::fs::read(path).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(
        holds("ada@example.com") && holds("$argon2id$"),
        "the search finds what is there"
    );
    assert!(!holds(crate::support::PASSWORD));
}

#[tokio::test]
async fn invalid_email_is_refused() {
    assert_snapshot!(refused(json!({ "email": "ada", "password": "correct horse" })).await, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Email must be valid","field":"email"}]}
    "#);
}

#[tokio::test]
async fn password_of_the_wrong_length_is_refused() {
    let short = refused(json!({ "email": "ada@example.com", "password": "1234567" })).await;
    assert_snapshot!(short, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Password must be between 8 and 128 characters","field":"password"}]}
    "#);
    let long = refused(json!({ "email": "ada@example.com", "password": "x".repeat(129) })).await;
    assert_eq!(long.body, short.body);
}

#[tokio::test]
async fn common_password_is_refused() {
    assert_snapshot!(refused(json!({ "email": "ada@example.com", "password": "Password1" })).await, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Password is one of the most common ones, choose another","field":"password"}]}
    "#);
}

#[tokio::test]
async fn all_failing_fields_are_reported_together() {
    let both = refused(json!({ "email": "", "password": "" })).await;
    assert_snapshot!(both, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Email must be valid","field":"email"},{"message":"Password must be between 8 and 128 characters","field":"password"}]}
    "#);
    for body in [
        json!({}),
        json!({ "email": 1, "password": true }),
        json!({ "email": [], "password": {} }),
        json!({ "email": null, "password": null }),
    ] {
        assert_eq!(refused(body).await, both);
    }
    assert_snapshot!(refused(json!({ "email": "ada", "password": "password1" })).await, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Email must be valid","field":"email"},{"message":"Password is one of the most common ones, choose another","field":"password"}]}
    "#);
}

#[tokio::test]
async fn email_is_unique_ignoring_case() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let before = app.counts().await;
    assert_snapshot!(app.sign_up("ADA@example.COM").await, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Email in use"}]}
    "#);
    assert_eq!(app.counts().await, before);
}

async fn race(app: &TestApp, email: &str, people: usize) -> (usize, usize) {
    let replies = join_all((0..people).map(|_| app.sign_up(email))).await;
    let created = replies
        .iter()
        .filter(|reply| reply.status == StatusCode::CREATED)
        .count();
    let in_use = replies
        .iter()
        .filter(|reply| reply.body == r#"{"errors":[{"message":"Email in use"}]}"#)
        .count();
    assert_eq!(
        created + in_use,
        people,
        "every other reply is an error: {replies:?}"
    );
    (created, in_use)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_racing_sign_ups_wins() {
    let app = TestApp::start().await;
    assert_eq!(race(&app, "ada@example.com", 50).await, (1, 49));
    assert_eq!(app.counts().await, (1, 1, 1));
}

/// Negative control: the constraint lets one win, and the race above would detect its absence.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_constraint_several_sign_ups_win() {
    let app = TestApp::start().await;
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", app.path().display()))
        .await
        .unwrap();
    let rebuild = "
        PRAGMA foreign_keys = OFF;
        CREATE TABLE free AS SELECT * FROM users;
        DROP TABLE users;
        ALTER TABLE free RENAME TO users;
        PRAGMA foreign_keys = ON;
        DROP TABLE sessions;
        CREATE TABLE sessions (id TEXT, user_id TEXT, created_at INTEGER, ended_at INTEGER, began_at_age INTEGER);";
    sqlx::raw_sql(rebuild).execute(&mut connection).await.unwrap();
    // Whether two of them collide is chance, the less likely the busier the machine.
    for attempt in 0..100 {
        let (created, _) = race(&app, &format!("ada{attempt}@example.com"), 50).await;
        if created > 1 {
            return;
        }
    }
    panic!("the race is none: one won each time");
}

/// How many may wait for password hashing is tested with `passwords`.
#[tokio::test(flavor = "multi_thread")]
async fn many_users_sign_up_concurrently() {
    const PEOPLE: i64 = 200;
    let app = TestApp::start().await;
    let emails: Vec<String> = (0..PEOPLE)
        .map(|number| format!("person{number}@example.com"))
        .collect();
    let replies = join_all(emails.iter().map(|email| app.sign_up(email))).await;
    for reply in replies {
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    }
    assert_eq!(app.counts().await, (PEOPLE, PEOPLE, PEOPLE));
}
