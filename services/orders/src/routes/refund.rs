//! `POST /api/orders/{id}/refund`

use axum::extract::State;
use axum::http::StatusCode;
use contracts::OrderId;
use contracts::views::OrderView;
use web::{ApiError, IdempotentRequest, PathId, Reply, Session};

use crate::{Order, Orders};

pub(super) async fn refund(
    State(orders): State<Orders>,
    session: Session,
    PathId(id): PathId<OrderId>,
    request: IdempotentRequest,
) -> Result<axum::Json<OrderView>, ApiError> {
    let caller = request.caller(session.user.id, |order: &Order| {
        Reply::json(StatusCode::OK, &order.view())
    });
    let order = orders.refund(caller, id).await?;
    Ok(axum::Json(order.view()))
}
