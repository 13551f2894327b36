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
use axum::middleware;
use axum::response::AppendHeaders;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use web::{Idempotency, Reply, Sessions, idempotent, openapi};

use crate::Auth;
use crate::operations::NewSession;

impl FromRef<Auth> for Sessions {
    fn from_ref(auth: &Auth) -> Self {
        auth.sessions().clone()
    }
}

/// The routes under `/api/users`, with their description.
pub fn routes(auth: Auth) -> OpenApiRouter {
    let idempotency = Idempotency::new(auth.database().clone(), auth.sessions().clone());
    let credentials_once = middleware::from_fn_with_state(
        idempotency.for_credentials(body::account_and_password),
        idempotent,
    );
    let admitted = middleware::from_fn_with_state(auth.clone(), limits::admit);
    let attempt = middleware::from_fn_with_state(auth.clone(), limits::attempt);
    let attempt_again = middleware::from_fn_with_state(auth.clone(), limits::attempt_again);
    let session_once = middleware::from_fn_with_state(idempotency.for_session(), idempotent);
    let sign_up = routes!(sign_up::route).map(|route| {
        route
            .route_layer(credentials_once.clone())
            .route_layer(attempt_again)
            .route_layer(admitted.clone())
    });
    let sign_in = routes!(sign_in::route).map(|route| {
        route
            .route_layer(credentials_once)
            .route_layer(attempt)
            .route_layer(admitted)
    });
    let sign_out = routes!(sign_out::route).map(|route| route.route_layer(session_once));
    let described = OpenApiRouter::default()
        .routes(sign_up)
        .routes(sign_in)
        .routes(sign_out)
        .routes(routes!(current_user::route));
    openapi::group("Accounts", "Users and their sessions.", described).with_state(auth)
}

/// The reply that begins a session, as it is recorded: without the token.
fn session_reply(status: StatusCode, session: &NewSession) -> Result<Reply, serde_json::Error> {
    Ok(Reply::json(status, &session.user)?.beginning_session(session.id, session.started_at))
}

type SetCookie = AppendHeaders<[(axum::http::HeaderName, String); 1]>;

fn set_cookie(cookie: &impl ToString) -> SetCookie {
    AppendHeaders([(SET_COOKIE, cookie.to_string())])
}
