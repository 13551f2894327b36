//! `POST /api/orders/{id}/refund`

use axum::extract::State;
use axum::http::StatusCode;
use contracts::OrderId;
use contracts::views::OrderView;
use web::{ApiError, KeyedRequest, PathId, Reply, Session};

use crate::{Order, Orders};

pub(super) async fn refund(
    State(orders): State<Orders>,
    session: Session,
    PathId(id): PathId<OrderId>,
    request: KeyedRequest,
) -> Result<axum::Json<OrderView>, ApiError> {
    let keep = request.keep(|order: &Order| Reply::json(StatusCode::OK, &order.view()));
    let order = orders.refund_keeping(session.user.id, id, keep).await?;
    Ok(axum::Json(order.view()))
}
