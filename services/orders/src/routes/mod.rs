//! The REST API of the orders service.

mod cancel;
mod create;
mod list;
mod refund;
mod show;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{get, post};
use web::{Sessions, api_method_not_allowed};

use crate::Orders;

/// The routes under `/api/orders`, complete with their state.
pub fn routes(orders: Orders, sessions: Sessions) -> Router {
    Router::new()
        .route("/api/orders", get(list::list).post(create::create))
        .route("/api/orders/{id}", get(show::show).delete(cancel::cancel))
        .route("/api/orders/{id}/refund", post(refund::refund))
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
