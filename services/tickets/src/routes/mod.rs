//! The REST API of the tickets service.

mod body;
mod create;
mod edit;
mod list;
mod show;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;
use web::{Sessions, api_method_not_allowed};

use crate::Tickets;

/// The routes under `/api/tickets`, complete with their state.
pub fn routes(tickets: Tickets, sessions: Sessions) -> Router {
    Router::new()
        .route("/api/tickets", get(list::list).post(create::create))
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
