//! `POST /api/orders`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use contracts::views::OrderView;
use contracts::{ErrorCode, Refusal, TicketId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::openapi::{IdempotencyKey, Refused, Refuses, example};
use web::{ApiError, IdempotentRequest, Json, RawField, Reply, Session};

use crate::operations::Orders;
use crate::reservation_request::ReservationRequest;

/// The ticket to reserve. An invalid id or version is reported with its field.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewOrder)]
pub(super) struct Body {
    /// The ticket.
    #[serde(default)]
    #[schema(value_type = TicketId, required = true)]
    ticket_id: RawField,
    /// The version of the ticket that the buyer was shown. If the offer has changed since, nothing is reserved, and the refusal includes
    /// the current one. If omitted, the current offer is reserved.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0, required = false)]
    ticket_version: RawField,
}

/// Errors of a reservation.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[&[
        ErrorCode::TicketIdMissing,
        ErrorCode::TicketVersionInvalid,
        ErrorCode::NotFound,
        ErrorCode::OwnTicket,
        ErrorCode::TicketReserved,
        ErrorCode::OfferChanged,
        ErrorCode::TicketBelowMinimum,
        ErrorCode::TooManyHolds,
        ErrorCode::HoldsPaused,
    ]];
}

impl Body {
    fn parse(&self) -> Result<ReservationRequest, Refusal> {
        let id = TicketId::parse(&self.ticket_id.text()).map_err(|_| ErrorCode::TicketIdMissing);
        let version = self.shown_version();
        match (id, version) {
            (Ok(id), Ok(shown_version)) => Ok(ReservationRequest { id, shown_version }),
            (id, version) => {
                let codes = [id.err(), version.err()].into_iter().flatten().collect();
                Err(Refusal::for_all(codes).unwrap_or(ErrorCode::TicketIdMissing.into()))
            }
        }
    }

    fn shown_version(&self) -> Result<Option<i64>, ErrorCode> {
        let Some(version) = self.ticket_version.number_if_sent() else {
            return Ok(None);
        };
        let version = version.parse().ok().filter(|version: &i64| *version >= 0);
        version.map(Some).ok_or(ErrorCode::TicketVersionInvalid)
    }
}

/// Reserve a ticket
///
/// The order holds the ticket until `expiresAt`. A ticket listed a moment ago may not be found yet: retry.
#[utoipa::path(
    post,
    path = "/api/orders",
    operation_id = "createOrder",
    tag = "Orders",
    security(("session" = [])),
    params(IdempotencyKey),
    request_body(content = Body, example = json!({"ticketId": example::ticket().map(|ticket| ticket.id), "ticketVersion": 0})),
    responses(
        (status = 201, body = OrderView, description = "The order.", example = json!(example::order())),
        Refused<Refusals>,
    ),
)]
pub(super) async fn create(
    State(orders): State<Orders>,
    session: Session,
    request: IdempotentRequest,
    Json(body): Json<Body>,
) -> Result<impl IntoResponse, ApiError> {
    let ticket = body.parse()?;
    let caller = request.caller(session.user.id, |order: &OrderView| {
        Reply::json(StatusCode::CREATED, order)
    });
    let order = orders.reserve(caller, ticket).await?;
    Ok((StatusCode::CREATED, axum::Json(order)))
}
