//! The REST API of the tickets service.

mod body;
mod create;
mod edit;
mod list;
mod show;

use axum::extract::FromRef;
use axum::routing::{get, post};
use axum::{Router, middleware};
use web::{Idempotency, Sessions, api_method_not_allowed, idempotent};

use crate::Tickets;

/// The routes under `/api/tickets`, complete with their state.
pub fn routes(tickets: Tickets, sessions: Sessions) -> Router {
    let idempotency = Idempotency::new(tickets.database().clone(), sessions.clone());
    let once = middleware::from_fn_with_state(idempotency, idempotent);
    Router::new()
        .route("/api/tickets", get(list::list))
        .route("/api/tickets", post(create::create).route_layer(once))
        .route("/api/tickets/{id}", get(show::show).put(edit::edit))
        .method_not_allowed_fallback(api_method_not_allowed)
        .with_state(RouteState { tickets, sessions })
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
