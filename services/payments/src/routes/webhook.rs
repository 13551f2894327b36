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

/// Errors of a webhook.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[&[ErrorCode::SignatureInvalid]];
}

/// Receive a webhook
///
/// For the payment provider only, which signs its webhooks: at most 1 MiB of any type. Returns 200 once the webhook is stored,
/// understood or not; it need not be sent again.
#[utoipa::path(
    post,
    path = "/api/payments/webhook",
    operation_id = "receiveWebhook",
    tag = "Payments",
    security(()),
    params(("Stripe-Signature" = Option<String>, Header, description = "The signature, in Stripe's format.")),
    request_body(content = Vec<u8>, content_type = "*/*", description = "The webhook, exactly as it was signed."),
    responses(
        (status = 200, body = Received, description = "Accepted.", example = json!({"received": true})),
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
            tracing::warn!(reason = invalid.0, "rejected a webhook with an invalid signature");
            PaymentsError::InvalidWebhook(invalid.0)
        })?;
    if let Some(message) = message {
        match payments.receive_webhook(message).await {
            Err(PaymentsError::Provider(error)) => {
                tracing::warn!(%error, "the payment of a webhook is unknown; asked the provider to redeliver");
                return Err(ErrorCode::Busy.into());
            }
            received => received?,
        };
    }
    Ok(Json(Received { received: true }))
}
