//! `POST /api/payments/webhook`

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::{Value, json};
use web::{ApiError, RawBody};

use crate::{Payments, PaymentsError};

/// The answer is 200 once the message is in the inbox, whether or not it was there before: the provider need not send it
/// again.
pub(super) async fn webhook(
    State(payments): State<Payments>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Json<Value>, ApiError> {
    let notice = payments
        .provider()
        .read_notice(&headers, &body, payments.now())
        .map_err(|forged| {
            tracing::warn!(
                reason = forged.0,
                "a message that is not the payment provider's was refused"
            );
            PaymentsError::Forged(forged.0)
        })?;
    if let Some(notice) = notice {
        payments.receive(notice).await?;
    }
    Ok(Json(json!({ "received": true })))
}
