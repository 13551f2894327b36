//! `GET /api/payments/{id}`

use axum::extract::State;
use contracts::PaymentId;
use contracts::views::PaymentView;
use web::openapi::example;
use web::{ApiError, PathId, Session};

use crate::operations::Payments;

/// Show a payment
#[utoipa::path(
    get,
    path = "/api/payments/{id}",
    operation_id = "showPayment",
    tag = "Payments",
    security(("session" = [])),
    params(("id" = PaymentId, Path, description = "The payment.")),
    responses((status = 200, body = PaymentView, description = "The payment.", example = json!(example::payment()))),
)]
pub(super) async fn show(
    State(payments): State<Payments>,
    session: Session,
    PathId(id): PathId<PaymentId>,
) -> Result<axum::Json<PaymentView>, ApiError> {
    Ok(axum::Json(payments.view(session.user.id, id).await?))
}
