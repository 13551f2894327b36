//! `POST /api/orders`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use contracts::{ErrorCode, TicketId};
use serde::Deserialize;
use web::{ApiError, Json, RawField, Session};

use crate::Orders;

/// `{ticketId}`, of any type: what is no id is refused by its field.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Body {
    ticket_id: RawField,
}

pub(super) async fn create(
    State(orders): State<Orders>,
    session: Session,
    Json(body): Json<Body>,
) -> Result<impl IntoResponse, ApiError> {
    let ticket_id = TicketId::parse(&body.ticket_id.text()).map_err(|_| ErrorCode::TicketIdMissing)?;
    let order = orders.reserve(session.user.id, ticket_id).await?;
    Ok((StatusCode::CREATED, axum::Json(order.view())))
}
