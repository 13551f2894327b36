//! The REST API of the payments service.

mod create;
mod show;
mod webhook;

use axum::extract::FromRef;
use axum::routing::{get, post};
use axum::{Router, middleware};
use web::{Idempotency, Sessions, api_method_not_allowed, idempotent};

use crate::Payments;

/// The routes under `/api/payments`, complete with their state.
pub fn routes(payments: Payments, sessions: Sessions) -> Router {
    let idempotency = Idempotency::new(payments.database().clone(), sessions.clone());
    let once = middleware::from_fn_with_state(idempotency, idempotent);
    Router::new()
        .route("/api/payments", post(create::create).route_layer(once))
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
