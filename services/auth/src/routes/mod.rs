//! The REST API of accounts, one file per route.

mod body;
mod current_user;
mod limits;
mod sign_in;
mod sign_out;
mod sign_up;

use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::AppendHeaders;
use axum::routing::{get, post};
use axum::{Router, middleware};
use web::{Idempotency, Reply, Sessions, idempotent};

use crate::Auth;
use crate::service::NewSession;

impl FromRef<Auth> for Sessions {
    fn from_ref(auth: &Auth) -> Self {
        auth.sessions().clone()
    }
}

/// The routes under `/api/users`.
pub fn routes(auth: Auth) -> Router {
    let idempotency = Idempotency::new(auth.database().clone(), auth.sessions().clone());
    let credentials_once = middleware::from_fn_with_state(
        idempotency.for_credentials(body::account_and_password),
        idempotent,
    );
    let admitted = middleware::from_fn_with_state(auth.clone(), limits::admit);
    let attempt = middleware::from_fn_with_state(auth.clone(), limits::attempt);
    let attempt_again = middleware::from_fn_with_state(auth.clone(), limits::attempt_again);
    let session_once = middleware::from_fn_with_state(idempotency.for_session(), idempotent);
    Router::new()
        .route(
            "/api/users/signup",
            post(sign_up::route)
                .route_layer(credentials_once.clone())
                .route_layer(attempt_again)
                .route_layer(admitted.clone()),
        )
        .route(
            "/api/users/signin",
            post(sign_in::route)
                .route_layer(credentials_once)
                .route_layer(attempt)
                .route_layer(admitted),
        )
        .route(
            "/api/users/signout",
            post(sign_out::route).route_layer(session_once),
        )
        .route("/api/users/currentuser", get(current_user::route))
        .method_not_allowed_fallback(web::api_method_not_allowed)
        .with_state(auth)
}

/// The reply that begins a session, as it is recorded: without the token.
fn session_reply(status: StatusCode, session: &NewSession) -> Result<Reply, serde_json::Error> {
    Ok(Reply::json(status, &session.user)?.beginning_session(session.id, session.started_at))
}

type SetCookie = AppendHeaders<[(axum::http::HeaderName, String); 1]>;

fn set_cookie(cookie: &impl ToString) -> SetCookie {
    AppendHeaders([(SET_COOKIE, cookie.to_string())])
}
