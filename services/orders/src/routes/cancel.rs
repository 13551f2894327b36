//! `DELETE /api/orders/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use contracts::OrderId;
use web::{ApiError, PathId, Session};

use crate::Orders;

pub(super) async fn cancel(
    State(orders): State<Orders>,
    session: Session,
    PathId(id): PathId<OrderId>,
) -> Result<StatusCode, ApiError> {
    orders.cancel(session.user.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
