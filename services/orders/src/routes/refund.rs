//! `POST /api/orders/{id}/refund`

use axum::extract::State;
use contracts::OrderId;
use contracts::views::OrderView;
use web::{ApiError, PathId, Session};

use crate::Orders;

pub(super) async fn refund(
    State(orders): State<Orders>,
    session: Session,
    PathId(id): PathId<OrderId>,
) -> Result<axum::Json<OrderView>, ApiError> {
    let order = orders.refund(session.user.id, id).await?;
    Ok(axum::Json(order.view()))
}
