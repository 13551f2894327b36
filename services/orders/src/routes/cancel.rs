//! `DELETE /api/orders/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use contracts::{ErrorCode, OrderId};
use web::openapi::{Refused, Refuses};
use web::{ApiError, PathId, Session};

use crate::operations::Orders;

/// Errors of a cancellation.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[&[ErrorCode::OrderComplete]];
}

/// Cancel an order
///
/// The buyer cancels an unpaid order. Repeating it changes nothing.
#[utoipa::path(
    delete,
    path = "/api/orders/{id}",
    operation_id = "cancelOrder",
    tag = "Orders",
    security(("session" = [])),
    params(("id" = OrderId, Path, description = "The order.")),
    responses((status = 204, description = "The order is cancelled."), Refused<Refusals>),
)]
pub(super) async fn cancel(
    State(orders): State<Orders>,
    session: Session,
    PathId(id): PathId<OrderId>,
) -> Result<StatusCode, ApiError> {
    orders.cancel(session.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
