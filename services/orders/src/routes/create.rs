//! `POST /api/orders`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use contracts::{ErrorCode, TicketId};
use serde::Deserialize;
use web::{ApiError, Json, KeyedRequest, RawField, Reply, Session};

use crate::{Order, Orders};

/// `{ticketId}`, of any type: what is no id is refused by its field.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Body {
    ticket_id: RawField,
}

pub(super) async fn create(
    State(orders): State<Orders>,
    session: Session,
    request: KeyedRequest,
    Json(body): Json<Body>,
) -> Result<impl IntoResponse, ApiError> {
    let ticket_id = TicketId::parse(&body.ticket_id.text()).map_err(|_| ErrorCode::TicketIdMissing)?;
    let keep = request.keep(|order: &Order| Reply::json(StatusCode::CREATED, &order.view()));
    let order = orders.reserve_keeping(session.user.id, ticket_id, keep).await?;
    Ok((StatusCode::CREATED, axum::Json(order.view())))
}
