//! The REST API of accounts, one file per route.

mod body;
mod current_user;
mod sign_in;
mod sign_out;
mod sign_up;

use axum::Router;
use axum::extract::FromRef;
use axum::http::header::SET_COOKIE;
use axum::response::AppendHeaders;
use axum::routing::{get, post};
use web::Sessions;

use crate::Auth;

impl FromRef<Auth> for Sessions {
    fn from_ref(auth: &Auth) -> Self {
        auth.sessions().clone()
    }
}

/// The routes under `/api/users`.
pub fn routes(auth: Auth) -> Router {
    Router::new()
        .route("/api/users/signup", post(sign_up::route))
        .route("/api/users/signin", post(sign_in::route))
        .route("/api/users/signout", post(sign_out::route))
        .route("/api/users/currentuser", get(current_user::route))
        .method_not_allowed_fallback(web::api_method_not_allowed)
        .with_state(auth)
}

type SetCookie = AppendHeaders<[(axum::http::HeaderName, String); 1]>;

fn set_cookie(cookie: &impl ToString) -> SetCookie {
    AppendHeaders([(SET_COOKIE, cookie.to_string())])
}
