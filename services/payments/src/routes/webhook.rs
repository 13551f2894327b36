//! `POST /api/payments/webhook`

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contracts::ErrorCode;
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::{Refused, Refuses};
use web::{ApiError, RawBody};

use crate::{Payments, PaymentsError};

/// `{"received":true}`
#[derive(Serialize, ToSchema)]
#[schema(as = WebhookReceived)]
pub(super) struct Received {
    /// Always `true`.
    received: bool,
}

/// Why a message is not taken.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[&[ErrorCode::SignatureInvalid]];
}

/// Messages of the payment provider
///
/// For the provider alone, which signs what it sends: at most 1 MiB of any type. It is answered with 200 once the message is kept,
/// understood or not, and need not be sent again.
#[utoipa::path(
    post,
    path = "/api/payments/webhook",
    operation_id = "receiveWebhook",
    tag = "Payments",
    security(()),
    params(("Stripe-Signature" = Option<String>, Header, description = "The signature, as Stripe makes it.")),
    request_body(content = Vec<u8>, content_type = "*/*", description = "The message, as it was signed."),
    responses(
        (status = 200, body = Received, description = "The message is kept.", example = json!({"received": true})),
        Refused<Refusals>,
    ),
)]
pub(super) async fn webhook(
    State(payments): State<Payments>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<Json<Received>, ApiError> {
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
    Ok(Json(Received { received: true }))
}
