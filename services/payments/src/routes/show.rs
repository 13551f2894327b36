//! `GET /api/payments/{id}`

use axum::extract::State;
use contracts::PaymentId;
use contracts::views::PaymentView;
use web::{ApiError, PathId, Session};

use crate::Payments;

pub(super) async fn show(
    State(payments): State<Payments>,
    session: Session,
    PathId(id): PathId<PaymentId>,
) -> Result<axum::Json<PaymentView>, ApiError> {
    let payment = payments.find(session.user.id, id).await?;
    Ok(axum::Json(payment.view()))
}
