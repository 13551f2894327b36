//! The REST API of the payments service.

mod create;
mod show;
mod webhook;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{get, post};
use web::{Sessions, api_method_not_allowed};

use crate::Payments;

/// The routes under `/api/payments`, complete with their state.
pub fn routes(payments: Payments, sessions: Sessions) -> Router {
    Router::new()
        .route("/api/payments", post(create::create))
        .route("/api/payments/webhook", post(webhook::webhook))
        .route("/api/payments/{id}", get(show::show))
        .method_not_allowed_fallback(api_method_not_allowed)
        .with_state(RouteState { payments, sessions })
}

#[derive(Clone)]
struct RouteState {
    payments: Payments,
    sessions: Sessions,
}

impl FromRef<RouteState> for Payments {
    fn from_ref(state: &RouteState) -> Self {
        state.payments.clone()
    }
}

impl FromRef<RouteState> for Sessions {
    fn from_ref(state: &RouteState) -> Self {
        state.sessions.clone()
    }
}
