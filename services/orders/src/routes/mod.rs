//! The REST API of the orders service.

mod cancel;
mod create;
mod list;
mod refund;
mod show;

use axum::extract::FromRef;
use axum::middleware;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use web::{Idempotency, Sessions, idempotent, openapi};

use crate::operations::Orders;

/// The routes under `/api/orders`, complete with their state and their description.
pub fn routes(orders: Orders, sessions: Sessions) -> OpenApiRouter {
    let idempotency = Idempotency::new(orders.database().clone(), sessions.clone());
    let once = middleware::from_fn_with_state(idempotency, idempotent);
    let described = OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(create::create).map(|route| route.route_layer(once.clone())))
        .routes(routes!(show::show, cancel::cancel))
        .routes(routes!(refund::refund).map(|route| route.route_layer(once)));
    openapi::group("Orders", "Reservations and orders.", described)
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
