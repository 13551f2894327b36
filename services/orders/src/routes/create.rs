//! `POST /api/orders`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use contracts::{ErrorCode, Refusal, TicketId};
use serde::Deserialize;
use web::{ApiError, IdempotentRequest, Json, RawField, Reply, Session};

use crate::{Order, Orders, WantedTicket};

/// `{ticketId, ticketVersion?}`, of any types: invalid ones are refused by the rules of their fields.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Body {
    ticket_id: RawField,
    ticket_version: RawField,
}

impl Body {
    fn parse(&self) -> Result<WantedTicket, Refusal> {
        let id = TicketId::parse(&self.ticket_id.text()).map_err(|_| ErrorCode::TicketIdMissing);
        let version = self.seen_version();
        match (id, version) {
            (Ok(id), Ok(seen_version)) => Ok(WantedTicket { id, seen_version }),
            (id, version) => {
                let codes = [id.err(), version.err()].into_iter().flatten().collect();
                Err(Refusal::for_all(codes).unwrap_or(ErrorCode::TicketIdMissing.into()))
            }
        }
    }

    fn seen_version(&self) -> Result<Option<i64>, ErrorCode> {
        let Some(version) = self.ticket_version.number_if_sent() else {
            return Ok(None);
        };
        let version = version.parse().ok().filter(|version: &i64| *version >= 0);
        version.map(Some).ok_or(ErrorCode::TicketVersionInvalid)
    }
}

pub(super) async fn create(
    State(orders): State<Orders>,
    session: Session,
    request: IdempotentRequest,
    Json(body): Json<Body>,
) -> Result<impl IntoResponse, ApiError> {
    let ticket = body.parse()?;
    let caller = request.caller(session.user.id, |order: &Order| {
        Reply::json(StatusCode::CREATED, &order.view())
    });
    let order = orders.reserve(caller, ticket).await?;
    Ok((StatusCode::CREATED, axum::Json(order.view())))
}
