//! POST /api/users/signin

use crate::support::{PASSWORD, TestApp};
use argon2::{Argon2, Params, PasswordHasher};
use auth::AuthConfig;
use contracts::forms::SignInForm;
use event_log::DatabaseError;
use event_log::sql::{unchecked, unchecked_scalar};
use insta::assert_snapshot;
use serde_json::json;

const PATH: &str = "/api/users/signin";

#[tokio::test]
async fn correct_password_begins_a_session() {
    let app = TestApp::start().await;
    let account = app.sign_up("ada@example.com").await.json();
    let reply = app.sign_in(" ADA@example.com", PASSWORD).await;
    assert_snapshot!(reply, @r#"
    200 OK
    set-cookie: ticketing-session=<token>; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600
    {"id":"019c1536-3500-7587-a9a2-4b981ad295f2","email":"ada@example.com"}
    "#);
    assert_eq!(reply.json(), account);
    assert_eq!(
        app.current_user(reply.token().as_deref()).await.json()["currentUser"],
        account
    );
    assert_eq!(
        app.counts().await,
        (1, 2, 1),
        "a second session, no second account"
    );
}

/// One keyboard sends é as one character, another one as a letter and an accent, and a third makes its spaces unbreakable.
#[tokio::test]
async fn password_matches_in_any_unicode_form() {
    let app = TestApp::start().await;
    let forms = ["un café noir", "un cafe\u{301} noir", "un\u{a0}café\u{3000}noir"];
    for (number, set) in forms.into_iter().enumerate() {
        let email = format!("ada{number}@example.com");
        let body = json!({ "email": email, "password": set });
        assert_eq!(app.post("/api/users/signup", &body).await.status, 201);
        for typed in forms {
            assert_eq!(app.sign_in(&email, typed).await.status, 200, "{set:?} {typed:?}");
        }
        assert_eq!(app.sign_in(&email, "un cafe noir").await.status, 400, "{set:?}");
    }
}

/// The hash was made by an older release: of the password as it was typed.
#[tokio::test]
async fn password_hashed_without_normalization_still_signs_in() {
    let app = TestApp::start().await;
    let typed = "un cafe\u{301} noir";
    app.sign_up("ada@example.com").await;
    keep_as_typed(&app, typed).await;
    assert_eq!(app.sign_in("ada@example.com", "un cafe noir").await.status, 400);
    assert_eq!(app.sign_in("ada@example.com", typed).await.status, 200);
    // From now on it is stored normalized.
    assert_eq!(app.sign_in("ada@example.com", "un café noir").await.status, 200);
    assert_eq!(app.sign_in("ada@example.com", typed).await.status, 200);
}

/// Sets the hash of every account to that of this text, unnormalized.
async fn keep_as_typed(app: &TestApp, password: &str) {
    let argon2 = Argon2::from(Params::new(8, 1, 1, None).unwrap());
    let hash = argon2.hash_password(password.as_bytes()).unwrap().to_string();
    let replaced = app.db.write(move |tx| {
        Box::pin(async move {
            let replace = unchecked("UPDATE users SET password_hash = $1").bind(hash);
            let done = replace.execute(tx.connection()).await?;
            Ok::<_, DatabaseError>(done)
        })
    });
    assert_eq!(replaced.await.unwrap(), 1);
}

#[tokio::test]
async fn each_sign_in_is_a_session_of_its_own() {
    let app = TestApp::start().await;
    let first = app.token_of("ada@example.com").await;
    let second = app.sign_in("ada@example.com", PASSWORD).await.token().unwrap();
    app.sign_out(Some(&first)).await;
    assert!(app.current_user(Some(&first)).await.json()["currentUser"].is_null());
    assert!(app.current_user(Some(&second)).await.json()["currentUser"].is_object());
}

#[tokio::test]
async fn unknown_email_and_wrong_password_are_indistinguishable() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let before = app.counts().await;
    let wrong = app.sign_in("ada@example.com", "correct horsf").await;
    assert_snapshot!(wrong, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Invalid credentials"}]}
    "#);
    let too_long = "x".repeat(50_000);
    for (email, password) in [
        ("grace@example.com", PASSWORD),
        ("grace@example.com", "x"),
        ("ada@example.com", "x"),
        ("ada@example.com", "CORRECT HORSE"),
        ("ada@example.com", " correct horse"),
        ("ada@example.com", "correct horse\0"),
        ("ada@example.com", &too_long),
    ] {
        assert_eq!(
            app.sign_in(email, password).await,
            wrong,
            "{email} {}",
            &password[..1]
        );
    }
    assert_eq!(app.counts().await, before);
}

/// Comparing with an Argon2id hash takes all the time there is, so both take the same if both compare as often with
/// hashes of the same parameters (see the tests of `passwords`). Measured times would only measure the machine.
#[tokio::test]
async fn every_sign_in_compares_exactly_once() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let too_long = "x".repeat(50_000);
    for (email, password) in [
        ("ada@example.com", PASSWORD),
        ("ada@example.com", "correct horsf"),
        ("grace@example.com", PASSWORD),
        ("ada@example.com", "short"),
        ("grace@example.com", "short"),
        ("ada@example.com", &too_long),
        ("grace@example.com", &too_long),
    ] {
        let before = app.auth.passwords_verified();
        app.sign_in(email, password).await;
        assert_eq!(
            app.auth.passwords_verified() - before,
            1,
            "{email} {}",
            &password[..5]
        );
    }
    let before = app.auth.passwords_verified();
    app.sign_in("ada", PASSWORD).await;
    assert_eq!(
        app.auth.passwords_verified(),
        before,
        "what is no address is refused before"
    );
}

#[tokio::test]
async fn debug_output_contains_neither_email_nor_token() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let form = SignInForm {
        email: "ada@example.com".to_owned(),
        password: PASSWORD.to_owned(),
    };
    let signed_in = app.auth.sign_in(form, None).await.unwrap();
    let token = signed_in.token.expose();
    let session = app.auth.sessions().verify(token).unwrap();
    let shown = format!("{signed_in:?} {session:?}");
    assert!(shown.contains(&session.user.id.to_string()));
    assert!(!shown.contains("ada@") && !shown.contains(token), "{shown}");
}

#[tokio::test]
async fn missing_fields_are_named() {
    let app = TestApp::start().await;
    let no_password = app.sign_in("ada@example.com", "").await;
    assert_snapshot!(no_password, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"You must supply a password","field":"password"}]}
    "#);
    assert_snapshot!(app.sign_in("ada", "x").await, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Email must be valid","field":"email"}]}
    "#);
    let both = app.post(PATH, &json!({})).await;
    assert_snapshot!(both, @r#"
    400 Bad Request
    cache-control: no-store
    {"errors":[{"message":"Email must be valid","field":"email"},{"message":"You must supply a password","field":"password"}]}
    "#);
    for body in [
        json!({ "email": 1, "password": 1 }),
        json!({ "email": { "$ne": "" }, "password": { "$ne": "" } }),
    ] {
        assert_eq!(app.post(PATH, &body).await, both);
    }
}

#[tokio::test]
async fn password_is_rehashed_when_the_parameters_have_changed() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let weak = hash_of(&app).await;
    let stronger = AuthConfig {
        hash: Params::new(64, 2, 1, None).unwrap(),
        ..AuthConfig::fast_for_tests()
    };
    let app = app.restart_with(stronger).await;
    app.sign_in("ada@example.com", "correct horsf").await;
    assert_eq!(
        hash_of(&app).await,
        weak,
        "only the right password can be hashed again"
    );
    assert!(app.sign_in("ada@example.com", PASSWORD).await.token().is_some());
    let strong = hash_of(&app).await;
    assert!(
        weak.contains("$m=8,t=1,p=1$") && strong.contains("$m=64,t=2,p=1$"),
        "{weak} {strong}"
    );
    assert!(app.sign_in("ada@example.com", PASSWORD).await.token().is_some());
    assert_eq!(hash_of(&app).await, strong, "once is enough");
}

async fn hash_of(app: &TestApp) -> String {
    unchecked_scalar("SELECT password_hash FROM users")
        .fetch_one(app.db.reader())
        .await
        .unwrap()
}
