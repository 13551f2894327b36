//! The REST API of the tickets service.

use axum::Router;
use web::Sessions;

use crate::Tickets;

/// The routes under `/api/tickets`.
pub fn routes(_tickets: Tickets, _sessions: Sessions) -> Router {
    Router::new()
}
