//! The real router on a real SQLite file in its own directory, with a clock that the test moves.

mod reply;

use std::path::PathBuf;

use auth::{Auth, AuthConfig};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Method, Request};
use axum::{Router, middleware};
use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{Database, DatabaseOptions, IdSource, ManualClock};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use web::{ClientAddress, SessionConfig, Sessions, SigningKey, SteadyClock};

pub(crate) use reply::Reply;

/// 2026-01-31T18:00:00Z, when every test begins.
pub(crate) const START_MS: i64 = 1_769_882_400_000;
pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) struct TestApp {
    pub(crate) auth: Auth,
    pub(crate) db: Database,
    pub(crate) clock: ManualClock,
    router: Router,
    folder: TempDir,
    starts: u64,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::start_with(AuthConfig::fast_for_tests()).await
    }

    pub(crate) async fn start_with(config: AuthConfig) -> Self {
        Self::open(
            TempDir::new().unwrap(),
            ManualClock::at(START_MS),
            config,
            1,
            &[key()],
        )
        .await
    }

    /// The first key signs, the others are former keys.
    async fn open(
        folder: TempDir,
        clock: ManualClock,
        config: AuthConfig,
        starts: u64,
        keys: &[SigningKey],
    ) -> Self {
        let options = DatabaseOptions {
            location: test_support::location(folder.path(), "auth"),
            name: "auth",
            readers: 4,
        };
        let ids = IdSource::seeded(clock.shared(), starts);
        let db = Database::open(options, auth::MIGRATIONS, clock.shared(), ids)
            .await
            .unwrap();
        let session_config = SessionConfig {
            accepted_keys: keys[1..].to_vec(),
            ..SessionConfig::new(keys[0].clone())
        };
        let sessions = Sessions::new(session_config, clock.shared());
        let config = AuthConfig {
            steady_clock: SteadyClock::following(clock.shared()),
            ..config
        };
        let auth = Auth::new(db.clone(), sessions.clone(), config);
        auth.restore_ended_sessions().await.unwrap();
        let router = Router::from(auth::routes(auth.clone()))
            .fallback(web::api_not_found)
            .layer(middleware::from_fn_with_state(sessions, web::renew));
        Self {
            auth,
            db,
            clock,
            router,
            folder,
            starts,
        }
    }

    /// The same database after a restart of the process, with empty memory.
    pub(crate) async fn restart(self) -> Self {
        self.restart_with(AuthConfig::fast_for_tests()).await
    }

    pub(crate) async fn restart_with(self, config: AuthConfig) -> Self {
        self.db.close().await;
        Self::open(self.folder, self.clock, config, self.starts + 1, &[key()]).await
    }

    /// Restarts with other signing keys: the first one signs, the others are former keys.
    pub(crate) async fn restart_with_keys(self, keys: &[SigningKey]) -> Self {
        self.db.close().await;
        let config = AuthConfig::fast_for_tests();
        Self::open(self.folder, self.clock, config, self.starts + 1, keys).await
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("auth.sqlite")
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        Reply::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_text(path, body.to_string()).await
    }

    pub(crate) async fn post_text(&self, path: &str, body: impl Into<Body>) -> Reply {
        let request = Request::post(path).header(CONTENT_TYPE, "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// A request that came from this address.
    pub(crate) async fn post_from(&self, address: &str, path: &str, body: &Value) -> Reply {
        let client = ClientAddress::of(address.parse().unwrap());
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/json")
            .extension(client);
        self.send(request.body(body.to_string().into()).unwrap()).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, token: Option<&str>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(COOKIE, format!("ticketing-session={token}"));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn sign_up(&self, email: &str) -> Reply {
        self.post(
            "/api/users/signup",
            &json!({ "email": email, "password": PASSWORD }),
        )
        .await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.post(
            "/api/users/signin",
            &json!({ "email": email, "password": password }),
        )
        .await
    }

    pub(crate) async fn sign_out(&self, token: Option<&str>) -> Reply {
        self.call(Method::POST, "/api/users/signout", token).await
    }

    pub(crate) async fn current_user(&self, token: Option<&str>) -> Reply {
        self.call(Method::GET, "/api/users/currentuser", token).await
    }

    /// A signed-in user's token.
    pub(crate) async fn token_of(&self, email: &str) -> String {
        self.sign_up(email).await.token().unwrap()
    }

    /// How many accounts, sessions and events there are.
    pub(crate) async fn counts(&self) -> (i64, i64, i64) {
        let query = "SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM sessions), (SELECT count(*) FROM events)";
        unchecked(query).fetch_one(self.db.reader()).await.unwrap()
    }

    /// How many replies are stored.
    pub(crate) async fn kept(&self) -> i64 {
        unchecked_scalar("SELECT count(*) FROM replies")
            .fetch_one(self.db.reader())
            .await
            .unwrap()
    }

    /// Subject and aggregate of every event.
    pub(crate) async fn events(&self) -> Vec<(String, String)> {
        let query = "SELECT subject, aggregate_id FROM events ORDER BY sequence";
        unchecked(query).fetch_all(self.db.reader()).await.unwrap()
    }
}

pub(crate) fn key() -> SigningKey {
    SigningKey::parse(&"01".repeat(32)).unwrap()
}
