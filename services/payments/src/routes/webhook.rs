//! `POST /api/payments/webhook`

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contracts::ErrorCode;
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
    let message = payments
        .provider()
        .parse_webhook(&headers, &body, payments.now())
        .map_err(|invalid| {
            tracing::warn!(
                reason = invalid.0,
                "a message that is not the payment provider's was refused"
            );
            PaymentsError::InvalidWebhook(invalid.0)
        })?;
    if let Some(message) = message {
        match payments.receive_webhook(message).await {
            Err(PaymentsError::Provider(error)) => {
                tracing::warn!(%error, "whose payment a message is about is not known yet; it is to be sent again");
                return Err(ErrorCode::Busy.into());
            }
            received => received?,
        };
    }
    Ok(Json(json!({ "received": true })))
}
