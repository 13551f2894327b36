//! `POST /api/payments`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use contracts::{ErrorCode, OrderId, PaymentId, Refusal};
use serde::{Deserialize, Serialize};
use web::{ApiError, IdempotentRequest, Json, RawField, Reply, ServiceError, Session};

use crate::{Method, Payment, Payments};

/// `{orderId, token}`, of any types: wrong ones are refused by their fields, together.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Body {
    order_id: RawField,
    token: RawField,
}

/// In bytes. No provider's token comes near it.
const MAX_TOKEN_BYTES: usize = 255;

#[derive(Serialize)]
struct Created {
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
    let payment = payments.pay(caller, order, Method::Token(token)).await?;
    Ok((StatusCode::CREATED, axum::Json(Created { id: payment.id })))
}
