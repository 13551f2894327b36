//! `GET /api/orders`

use axum::extract::State;
use contracts::views::OrderView;
use web::{ApiError, Session};

use crate::{Order, Orders};

pub(super) async fn list(
    State(orders): State<Orders>,
    session: Session,
) -> Result<axum::Json<Vec<OrderView>>, ApiError> {
    let orders = orders.of_buyer(session.user.id).await?;
    Ok(axum::Json(orders.iter().map(Order::view).collect()))
}
