//! The session cookie over a router: the signed-in user, and when a fresh cookie is sent.
#![expect(clippy::unwrap_used, reason = "a broken set-up is a failed test")]

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE};
use axum::http::{Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Router, middleware};
use contracts::views::UserView;
use contracts::{SessionId, Timestamp, UserId};
use event_log::ManualClock;
use http_body_util::BodyExt;
use tower::ServiceExt;
use web::{Session, SessionConfig, SessionToken, Sessions, SigningKey};

const START: Timestamp = Timestamp::from_millis(1_769_882_400_000);
const HOUR: Duration = Duration::from_hours(1);

struct Site {
    clock: ManualClock,
    sessions: Sessions,
    router: Router,
    token: String,
}

async fn name(session: Session) -> String {
    session.user.email
}

async fn name_if_any(session: Option<Session>) -> String {
    session.map_or_else(|| "nobody".to_owned(), |session| session.user.email)
}

fn site(is_secure: bool) -> Site {
    let clock = ManualClock::at(START.as_millis());
    let key = SigningKey::parse(&"01".repeat(32)).unwrap();
    let sessions = Sessions::new(
        SessionConfig {
            is_secure,
            ..SessionConfig::new(key)
        },
        clock.shared(),
    );
    let user = UserView {
        id: UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057").unwrap(),
        email: "ada@example.com".to_owned(),
    };
    let token = sessions.issue(&user, session_id(), START).unwrap();
    let ending = sessions.clone();
    let clearing = sessions.clone();
    let router = Router::new()
        .route("/mine", get(name))
        .route("/all", get(name_if_any))
        .route(
            "/file",
            get(async || ([(CACHE_CONTROL, "public, max-age=31536000, immutable")], "file")),
        )
        .route("/ended", get(async move || ending.end(session_id())))
        .route(
            "/out",
            get(async move || [(SET_COOKIE, clearing.cleared_cookie().to_string())].into_response()),
        )
        .layer(middleware::from_fn_with_state(sessions.clone(), web::renew))
        .with_state(sessions.clone());
    let token = token.expose().to_owned();
    Site {
        clock,
        sessions,
        router,
        token,
    }
}

fn session_id() -> SessionId {
    SessionId::parse("01890a5d-ac96-774b-bcce-b302099a8058").unwrap()
}

impl Site {
    async fn get(&self, path: &str, cookie: &str) -> Response<Body> {
        let request = Request::get(path)
            .header(COOKIE, cookie)
            .body(Body::empty())
            .unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get_signed_in(&self, path: &str) -> Response<Body> {
        self.get(
            path,
            &format!("theme=dark; ticketing-session={}; other=1", self.token),
        )
        .await
    }
}

fn cookies(response: &Response<Body>) -> Vec<String> {
    let values = response.headers().get_all(SET_COOKIE).iter();
    values.map(|value| value.to_str().unwrap().to_owned()).collect()
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn valid_session_is_accepted_and_anything_else_is_anonymous() {
    let site = site(false);
    assert_eq!(text(site.get_signed_in("/mine").await).await, "ada@example.com");
    assert_eq!(text(site.get_signed_in("/all").await).await, "ada@example.com");
    for cookie in [
        "",
        "ticketing-session=",
        "ticketing-session=x",
        "ticketing-session",
        "other=1",
        &format!("ticketing-sessions={}", site.token),
    ] {
        let response = site.get("/mine", cookie).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{cookie}");
        assert_eq!(
            text(response).await,
            r#"{"errors":[{"message":"Not authorized"}]}"#
        );
        assert_eq!(text(site.get("/all", cookie).await).await, "nobody", "{cookie}");
    }
}

#[tokio::test]
async fn cookie_is_hidden_from_scripts_and_other_sites() {
    let token = SessionToken::from("TOKEN".to_owned());
    let plain = site(false);
    assert_eq!(
        plain.sessions.cookie(&token).to_string(),
        "ticketing-session=TOKEN; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600"
    );
    assert_eq!(
        plain.sessions.cleared_cookie().to_string(),
        "ticketing-session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0"
    );
    let secure = site(true);
    assert_eq!(
        secure.sessions.cookie(&token).to_string(),
        "__Host-ticketing-session=TOKEN; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3600"
    );
}

#[tokio::test]
async fn session_in_use_gets_a_fresh_cookie() {
    let site = site(false);
    assert_eq!(cookies(&site.get_signed_in("/all").await), Vec::<String>::new());
    site.clock.advance(HOUR / 2);
    let renewed = cookies(&site.get_signed_in("/all").await);
    let [cookie] = &renewed[..] else {
        unreachable!("one cookie: {renewed:?}")
    };
    let token = cookie
        .strip_prefix("ticketing-session=")
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    assert_eq!(
        site.sessions.verify(token).unwrap().expires_at,
        START.plus(HOUR * 3 / 2)
    );
    assert_eq!(
        cookies(&site.get("/all", "ticketing-session=x").await),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn renewal_never_undoes_signing_out() {
    let site = site(false);
    site.clock.advance(HOUR / 2);
    let out = cookies(&site.get_signed_in("/out").await);
    assert_eq!(out, [site.sessions.cleared_cookie().to_string()]);
    assert_eq!(cookies(&site.get_signed_in("/ended").await), Vec::<String>::new());
}

#[tokio::test]
async fn shared_cacheable_response_carries_no_cookie() {
    let site = site(false);
    site.clock.advance(HOUR / 2);
    assert_eq!(cookies(&site.get_signed_in("/file").await), Vec::<String>::new());
}

#[tokio::test]
async fn cookies_of_other_programs_are_ignored() {
    let site = site(false);
    let token = &site.token;
    for cookie in [
        format!("a=unders\u{f8}gelse; ticketing-session={token}"),
        format!("ticketing-session={token}; b=\u{fffd}; =;;c"),
        format!("ticketing-session=x; ticketing-session={token}"),
        format!("ticketing-session=\u{f8}; ticketing-session={token}"),
        format!("session=of-another-program; ticketing-session={token}"),
    ] {
        let reply = site.get("/all", &cookie).await;
        assert!(cookies(&reply).is_empty(), "{cookie}");
        assert_eq!(text(reply).await, "ada@example.com", "{cookie}");
    }
}

#[tokio::test]
async fn current_cookie_name_takes_precedence() {
    let site = site(false);
    let other = UserView {
        id: UserId::parse("01890a5d-ac96-774b-bcce-b302099a8059").unwrap(),
        email: "eve@example.com".to_owned(),
    };
    let planted = site.sessions.issue(&other, session_id(), START).unwrap();
    let cookie = format!("session={}; ticketing-session={}", planted.expose(), site.token);
    assert_eq!(text(site.get("/all", &cookie).await).await, "ada@example.com");
}

#[tokio::test]
async fn session_under_the_former_cookie_name_is_migrated() {
    for (is_secure, name) in [(false, "ticketing-session"), (true, "__Host-ticketing-session")] {
        let site = site(is_secure);
        let reply = site.get("/all", &format!("session={}", site.token)).await;
        let set = cookies(&reply);
        assert_eq!(text(reply).await, "ada@example.com");
        let [moved, removed] = &set[..] else {
            unreachable!("two cookies: {set:?}")
        };
        let moved = moved.split(';').next().unwrap();
        assert!(removed.starts_with("session=; ") && removed.contains("Max-Age=0"));
        let moved_to = site.get("/all", moved).await;
        assert!(moved.starts_with(name) && cookies(&moved_to).is_empty());
        assert_eq!(text(moved_to).await, "ada@example.com");
    }
}

#[tokio::test]
async fn sign_out_removes_every_cookie_name() {
    let site = site(false);
    let out = cookies(&site.get("/out", &format!("session={}", site.token)).await);
    let removed: Vec<&str> = out
        .iter()
        .map(|cookie| cookie.split(';').next().unwrap())
        .collect();
    assert_eq!(removed, ["ticketing-session=", "session="]);
    let foreign = cookies(&site.get("/out", "session=of-another-program").await);
    assert_eq!(foreign, [site.sessions.cleared_cookie().to_string()]);
}
