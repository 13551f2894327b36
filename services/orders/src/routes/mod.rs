//! The REST API of the orders service.

use axum::Router;
use web::Sessions;

use crate::Orders;

/// The routes under `/api/orders`.
pub fn routes(_orders: Orders, _sessions: Sessions) -> Router {
    Router::new()
}
