//! `POST /api/payments/webhook`

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use contracts::ErrorCode;
use serde::Serialize;
use utoipa::ToSchema;
use web::openapi::{Refused, Refuses};
use web::{ApiError, RawBody};

use crate::error::PaymentsError;
use crate::operations::Payments;

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
    match payments.receive_request(&headers, &body).await {
        Ok(()) => Ok(Json(Received { received: true })),
        Err(PaymentsError::Provider(error)) => {
            tracing::warn!(%error, "could not determine the payment of a webhook; the provider has to resend it");
            Err(ErrorCode::Busy.into())
        }
        Err(PaymentsError::InvalidWebhook(reason)) => {
            tracing::warn!(reason, "refused a webhook that is not from the payment provider");
            Err(PaymentsError::InvalidWebhook(reason).into())
        }
        Err(error) => Err(error.into()),
    }
}
