//! `POST /api/orders/{id}/refund`

use axum::extract::State;
use axum::http::StatusCode;
use contracts::views::OrderView;
use contracts::{ErrorCode, OrderId};
use web::openapi::{IdempotencyKey, Refused, Refuses, example};
use web::{ApiError, IdempotentRequest, PathId, Reply, Session};

use crate::operations::Orders;

/// Errors of a refund.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[&[
        ErrorCode::OrderNotComplete,
        ErrorCode::RefundTooLate,
        ErrorCode::OrderDisputed,
    ]];
}

/// Refund an order
///
/// Cancels a complete order until `refundableUntil`, and refunds the payment. Repeating it changes nothing.
#[utoipa::path(
    post,
    path = "/api/orders/{id}/refund",
    operation_id = "refundOrder",
    tag = "Orders",
    security(("session" = [])),
    params(("id" = OrderId, Path, description = "The order."), IdempotencyKey),
    responses(
        (status = 200, body = OrderView, description = "The order, cancelled.", example = json!(example::refunded_order())),
        Refused<Refusals>,
    ),
)]
pub(super) async fn refund(
    State(orders): State<Orders>,
    session: Session,
    PathId(id): PathId<OrderId>,
    request: IdempotentRequest,
) -> Result<axum::Json<OrderView>, ApiError> {
    let caller = request.caller(session.user.id, |order: &OrderView| {
        Reply::json(StatusCode::OK, order)
    });
    Ok(axum::Json(orders.refund(caller, id).await?))
}
