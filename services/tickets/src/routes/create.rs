//! `POST /api/tickets`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use contracts::ErrorCode;
use contracts::views::TicketView;
use web::openapi::{IdempotencyKey, Refused, Refuses, example};
use web::{ApiError, IdempotentRequest, Json, Reply, Session};

use super::body::{OFFER_REFUSALS, TicketBody};
use crate::operations::Tickets;

/// Errors of a listing.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[OFFER_REFUSALS];
}

/// List a ticket
#[utoipa::path(
    post,
    path = "/api/tickets",
    operation_id = "createTicket",
    tag = "Tickets",
    security(("session" = [])),
    params(IdempotencyKey),
    request_body(content = TicketBody, example = json!({"title": "Concert, Town Hall", "price": 42.5, "refundHours": 24})),
    responses(
        (status = 201, body = TicketView, description = "The ticket.", example = json!(example::ticket())),
        Refused<Refusals>,
    ),
)]
pub(super) async fn create(
    State(tickets): State<Tickets>,
    session: Session,
    request: IdempotentRequest,
    Json(body): Json<TicketBody>,
) -> Result<impl IntoResponse, ApiError> {
    let caller = request.caller(session.user.id, |ticket: &TicketView| {
        Reply::json(StatusCode::CREATED, ticket)
    });
    let ticket = tickets.create(caller, tickets.check_offer(body.read())?).await?;
    Ok((StatusCode::CREATED, axum::Json(ticket)))
}
