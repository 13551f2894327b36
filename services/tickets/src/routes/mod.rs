//! The REST API of the tickets service.

mod body;
mod create;
mod edit;
mod list;
mod show;

use axum::extract::FromRef;
use axum::middleware;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use web::{Idempotency, Sessions, idempotent, openapi};

use crate::operations::Tickets;

/// The routes under `/api/tickets`, complete with their state and their description.
pub fn routes(tickets: Tickets, sessions: Sessions) -> OpenApiRouter {
    let idempotency = Idempotency::new(tickets.database().clone(), sessions.clone());
    let once = middleware::from_fn_with_state(idempotency, idempotent);
    let described = OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(create::create).map(|route| route.route_layer(once)))
        .routes(routes!(show::show, edit::edit));
    openapi::group("Tickets", "Tickets for sale.", described).with_state(RouteState { tickets, sessions })
}

#[derive(Clone)]
struct RouteState {
    tickets: Tickets,
    sessions: Sessions,
}

impl FromRef<RouteState> for Tickets {
    fn from_ref(state: &RouteState) -> Self {
        state.tickets.clone()
    }
}

impl FromRef<RouteState> for Sessions {
    fn from_ref(state: &RouteState) -> Self {
        state.sessions.clone()
    }
}
