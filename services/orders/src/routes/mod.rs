//! The REST API of the orders service.

mod cancel;
mod create;
mod list;
mod refund;
mod show;

use axum::extract::FromRef;
use axum::routing::{get, post};
use axum::{Router, middleware};
use web::{Idempotency, Sessions, api_method_not_allowed, idempotent};

use crate::Orders;

/// The routes under `/api/orders`, complete with their state.
pub fn routes(orders: Orders, sessions: Sessions) -> Router {
    let idempotency = Idempotency::new(orders.database().clone(), sessions.clone());
    let once = middleware::from_fn_with_state(idempotency, idempotent);
    Router::new()
        .route("/api/orders", get(list::list))
        .route("/api/orders", post(create::create).route_layer(once.clone()))
        .route("/api/orders/{id}", get(show::show).delete(cancel::cancel))
        .route("/api/orders/{id}/refund", post(refund::refund).route_layer(once))
        .method_not_allowed_fallback(api_method_not_allowed)
        .with_state(RouteState { orders, sessions })
}

#[derive(Clone)]
struct RouteState {
    orders: Orders,
    sessions: Sessions,
}

impl FromRef<RouteState> for Orders {
    fn from_ref(state: &RouteState) -> Self {
        state.orders.clone()
    }
}

impl FromRef<RouteState> for Sessions {
    fn from_ref(state: &RouteState) -> Self {
        state.sessions.clone()
    }
}
