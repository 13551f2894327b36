//! `GET /api/orders/{id}`

use axum::extract::State;
use contracts::OrderId;
use contracts::views::OrderView;
use web::{ApiError, PathId, Session};

use crate::Orders;

pub(super) async fn show(
    State(orders): State<Orders>,
    session: Session,
    PathId(id): PathId<OrderId>,
) -> Result<axum::Json<OrderView>, ApiError> {
    let order = orders.find(session.user.id, id).await?;
    Ok(axum::Json(order.view()))
}
