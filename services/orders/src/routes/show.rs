//! `GET /api/orders/{id}`

use axum::extract::State;
use contracts::OrderId;
use contracts::views::OrderView;
use web::openapi::example;
use web::{ApiError, PathId, Session};

use crate::operations::Orders;

/// Show an order
#[utoipa::path(
    get,
    path = "/api/orders/{id}",
    operation_id = "showOrder",
    tag = "Orders",
    security(("session" = [])),
    params(("id" = OrderId, Path, description = "The order.")),
    responses((status = 200, body = OrderView, description = "The order.", example = json!(example::order()))),
)]
pub(super) async fn show(
    State(orders): State<Orders>,
    session: Session,
    PathId(id): PathId<OrderId>,
) -> Result<axum::Json<OrderView>, ApiError> {
    Ok(axum::Json(orders.view(session.user.id, id).await?))
}
