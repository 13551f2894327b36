//! The REST API of the payments service.

mod create;
mod show;
mod webhook;

use axum::extract::FromRef;
use axum::middleware;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use web::{Idempotency, Sessions, idempotent, openapi};

use crate::operations::Payments;

/// The routes under `/api/payments`, complete with their state and their description.
pub fn routes(payments: Payments, sessions: Sessions) -> OpenApiRouter {
    let idempotency = Idempotency::new(payments.database().clone(), sessions.clone());
    let once = middleware::from_fn_with_state(idempotency, idempotent);
    let described = OpenApiRouter::default()
        .routes(routes!(create::create).map(|route| route.route_layer(once)))
        .routes(routes!(webhook::webhook))
        .routes(routes!(show::show));
    openapi::group("Payments", "Payments of orders.", described).with_state(RouteState { payments, sessions })
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
