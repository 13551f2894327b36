//! A small service with one operation, which appends an event, wrapped in the layer.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::post;
use axum::{Router, middleware};
use contracts::views::UserView;
use contracts::{ErrorCode, SessionId, Timestamp, UserId};
use event_log::sql::unchecked_scalar;
use event_log::{Clock, Database, DatabaseError, DatabaseOptions, IdSource, ManualClock, REPLY_RETENTION};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::migrate::Migrator;
use tempfile::TempDir;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use web::{
    ApiError, Idempotency, IdempotentRequest, Json, Reply, SessionConfig, Sessions, SigningKey, idempotent,
};

/// 2026-01-31T18:00:00Z.
const BEGINNING_MS: i64 = 1_769_882_400_000;

static NO_TABLES: Migrator = Migrator::DEFAULT;

pub(crate) struct TestApp {
    pub(crate) db: Database,
    pub(crate) clock: ManualClock,
    pub(crate) sessions: Sessions,
    /// A request takes a permit and returns it: without one, requests wait in the middle of their work.
    pub(crate) gate: Arc<Semaphore>,
    /// Requests that have reached the gate.
    pub(crate) arrived: Arc<Semaphore>,
    pub(crate) router: Router,
    /// The cookie of the user who sends most of the requests.
    pub(crate) cookie: String,
    _folder: TempDir,
}

/// The state that a test observes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) is_replay: bool,
}

#[derive(Clone)]
struct Bench {
    db: Database,
    gate: Arc<Semaphore>,
    arrived: Arc<Semaphore>,
}

#[derive(Deserialize)]
struct Order {
    /// The response to send.
    #[serde(default)]
    refuse: u16,
}

async fn carry_out(
    State(bench): State<Bench>,
    request: IdempotentRequest,
    Json(order): Json<Order>,
) -> Result<(StatusCode, axum::Json<Value>), ApiError> {
    bench.arrived.add_permits(1);
    drop(bench.gate.acquire().await);
    match order.refuse {
        0 => {}
        400 => return Err(ErrorCode::TicketReserved.into()),
        401 => return Err(ApiError::not_authorized()),
        404 => return Err(ApiError::not_found()),
        429 => return Err(ErrorCode::TooManyAttempts.into()),
        503 => return Err(ErrorCode::Busy.into()),
        _ => return Err(ApiError::internal(&std::fmt::Error)),
    }
    let recorder = request.recorder(|id: &String| Reply::json(StatusCode::CREATED, &json!({ "id": id })));
    let id = bench
        .db
        .write(move |tx| {
            Box::pin(async move {
                let id = tx.next_id().to_string();
                tx.append("thing:done", &id, 0, &json!({})).await?;
                recorder.record(tx, &id).await?;
                Ok::<_, DatabaseError>(id)
            })
        })
        .await
        .map_err(|error| ApiError::internal(&error))?;
    Ok((StatusCode::CREATED, axum::Json(json!({ "id": id }))))
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = ManualClock::at(BEGINNING_MS);
        let options = DatabaseOptions {
            location: folder.path().join("things.sqlite").into(),
            name: "things",
            readers: 2,
        };
        let ids = IdSource::seeded(clock.shared(), 1);
        let db = Database::open(options, &NO_TABLES, clock.shared(), ids)
            .await
            .unwrap();
        let config = SessionConfig {
            // No one is signed out while a reply is kept.
            idle: REPLY_RETENTION * 2,
            ..SessionConfig::new(SigningKey::generate())
        };
        let sessions = Sessions::new(config, clock.shared());
        let (gate, arrived) = (Arc::new(Semaphore::new(1_000)), Arc::new(Semaphore::new(0)));
        let bench = Bench {
            db: db.clone(),
            gate: gate.clone(),
            arrived: arrived.clone(),
        };
        let cookie = sign_in(&db, &clock, &sessions);
        Self {
            router: router(bench, sessions.clone()),
            cookie,
            db,
            clock,
            sessions,
            gate,
            arrived,
            _folder: folder,
        }
    }

    /// The same service in another process: over the same file, with its own running requests.
    pub(crate) fn other_process(&self) -> Router {
        let bench = Bench {
            db: self.db.clone(),
            gate: self.gate.clone(),
            arrived: self.arrived.clone(),
        };
        router(bench, self.sessions.clone())
    }

    pub(crate) async fn post(&self, key: &str, body: &str) -> Answer {
        self.post_as(&self.cookie, key, body).await
    }

    /// The headers of a user's request.
    pub(crate) fn keyed<'a>(&'a self, key: &'a str) -> [(&'a str, &'a str); 2] {
        [("idempotency-key", key), (COOKIE.as_str(), &self.cookie)]
    }

    /// The cookie of another user.
    pub(crate) fn sign_in(&self) -> String {
        sign_in(&self.db, &self.clock, &self.sessions)
    }

    pub(crate) async fn post_as(&self, cookie: &str, key: &str, body: &str) -> Answer {
        let headers = [("idempotency-key", key), (COOKIE.as_str(), cookie)];
        send(self.router.clone(), "/things", &headers, body).await
    }

    /// How many replies are stored.
    pub(crate) async fn stored_replies(&self) -> i64 {
        unchecked_scalar("SELECT count(*) FROM replies")
            .fetch_one(self.db.reader())
            .await
            .unwrap()
    }

    /// How often the operation had its effect.
    pub(crate) async fn effects(&self) -> usize {
        self.db.events_since("thing:done", 0).await.unwrap().len()
    }
}

/// The value of a cookie header.
fn sign_in(db: &Database, clock: &ManualClock, sessions: &Sessions) -> String {
    let user = UserView {
        id: UserId::from_uuid(db.ids().next()),
        email: "ada@example.com".to_owned(),
    };
    let session = SessionId::from_uuid(db.ids().next());
    let now = Timestamp::from_millis(clock.now_ms());
    let cookie = sessions.cookie(&sessions.issue(&user, session, now).unwrap());
    format!("{}={}", cookie.name(), cookie.value())
}

/// The credentials in a body such as `{"by":"ada"}`.
fn credentials(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body["by"].as_str().map(str::to_owned)
}

fn router(bench: Bench, sessions: Sessions) -> Router {
    let idempotency = Idempotency::new(bench.db.clone(), sessions);
    let of_credentials = middleware::from_fn_with_state(idempotency.for_credentials(credentials), idempotent);
    let once = middleware::from_fn_with_state(idempotency, idempotent);
    Router::new()
        .route("/things-of-the-body", post(carry_out).route_layer(of_credentials))
        .route("/things", post(carry_out).route_layer(once.clone()))
        .route("/other-things", post(carry_out).route_layer(once))
        .with_state(bench)
}

pub(crate) async fn send(router: Router, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router
        .oneshot(request.body(Body::from(body.to_owned())).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status.as_u16(),
        body: String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap(),
        is_replay: is_replay(&parts.headers),
    }
}

fn is_replay(headers: &HeaderMap) -> bool {
    headers
        .get("idempotency-replayed")
        .is_some_and(|value| value == "true")
}

impl Answer {
    /// The same answer, as a replay.
    pub(crate) fn replayed(self) -> Self {
        Self {
            is_replay: true,
            ..self
        }
    }
}
