//! `POST /api/payments`

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use contracts::{ErrorCode, OrderId, PaymentId, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::openapi::{IdempotencyKey, Refused, Refuses, example};
use web::{ApiError, IdempotentRequest, Json, RawField, Reply, ServiceError, Session};

use crate::domain::{Method, Payment};
use crate::operations::Payments;

/// The order to pay, and the card. All invalid fields are reported together.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewPayment)]
pub(super) struct Body {
    /// The order.
    #[serde(default)]
    #[schema(value_type = OrderId, required = true)]
    order_id: RawField,
    /// Card token.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 255, required = true)]
    token: RawField,
}

/// Errors of a payment.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[&[
        ErrorCode::OrderIdMissing,
        ErrorCode::TokenMissing,
        ErrorCode::NotFound,
        ErrorCode::OrderCancelled,
        ErrorCode::OrderPaid,
        ErrorCode::PaymentOpen,
        ErrorCode::TooManyPayments,
        ErrorCode::TicketBelowMinimum,
        ErrorCode::CardDeclined,
        ErrorCode::InsufficientFunds,
        ErrorCode::AuthenticationRequired,
        ErrorCode::UnknownCard,
        ErrorCode::PaymentAbandoned,
        ErrorCode::PaymentRefused,
    ]];
}

/// In bytes. No provider's token comes near it.
const MAX_TOKEN_BYTES: usize = 255;

/// How long an order is waited for that was created a moment ago. Longer than a relay takes when it has much to do, and short enough
/// for somebody who has mistyped an id.
const ARRIVAL_LIMIT: Duration = Duration::from_millis(250);

/// The new payment.
#[derive(Serialize, ToSchema)]
#[schema(as = PaymentCreated)]
pub(super) struct Created {
    /// Its id.
    id: PaymentId,
}

impl Body {
    fn parse(&self) -> Result<(OrderId, String), Refusal> {
        let order = OrderId::parse(&self.order_id.text());
        let token = self.token.text();
        let mut codes = Vec::new();
        if order.is_err() {
            codes.push(ErrorCode::OrderIdMissing);
        }
        if token.trim().is_empty() {
            codes.push(ErrorCode::TokenMissing);
        } else if token.len() > MAX_TOKEN_BYTES {
            codes.push(ErrorCode::UnknownCard);
        }
        match (order, Refusal::for_all(codes)) {
            (Ok(order), None) => Ok((order, token)),
            (_, refusal) => Err(refusal.unwrap_or(ErrorCode::OrderIdMissing.into())),
        }
    }
}

/// Pay for an order
///
/// 201 means that the payment exists; a payment that takes time is still pending: fetch it to see its outcome. An order created a
/// moment ago is waited for; if it still is not found: retry.
#[utoipa::path(
    post,
    path = "/api/payments",
    operation_id = "createPayment",
    tag = "Payments",
    security(("session" = [])),
    params(IdempotencyKey),
    request_body(content = Body, example = json!({"orderId": example::order().map(|order| order.id), "token": "tok_visa"})),
    responses(
        (status = 201, body = Created, description = "The payment.",
            example = json!({"id": example::payment().map(|payment| payment.id)})),
        Refused<Refusals>,
    ),
)]
pub(super) async fn create(
    State(payments): State<Payments>,
    session: Session,
    request: IdempotentRequest,
    Json(body): Json<Body>,
) -> Result<impl IntoResponse, ApiError> {
    let (order, token) = body.parse()?;
    let caller = request.caller(session.user.id, |payment: &Payment| {
        match payment.outcome_for_buyer() {
            Ok(()) => Reply::json(StatusCode::CREATED, &Created { id: payment.id }),
            Err(error) => Reply::refusal(&error.refusal().unwrap_or(ErrorCode::Busy.into())),
        }
    });
    let method = Method::Token(token);
    let payment = payments
        .pay_when_known(caller, order, method, ARRIVAL_LIMIT)
        .await?;
    Ok((StatusCode::CREATED, axum::Json(Created { id: payment.id })))
}
