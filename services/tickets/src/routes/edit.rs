//! `PUT /api/tickets/{id}`

use axum::extract::State;
use contracts::views::TicketView;
use contracts::{ErrorCode, TicketId};
use web::openapi::{Refused, Refuses, example};
use web::{ApiError, Json, PathId, Session};

use super::body::{OFFER_REFUSALS, TicketBody};
use crate::operations::Tickets;

/// Errors of an edit.
pub(super) struct Refusals;

impl Refuses for Refusals {
    const REASONS: &'static [&'static [ErrorCode]] = &[OFFER_REFUSALS, &[ErrorCode::TicketHeld]];
}

/// Edit a ticket
///
/// The seller edits a ticket that no order holds. An edit that returned 200 may have been overtaken by a reservation made just before:
/// the ticket is then offered again as it was reserved, in the next version.
#[utoipa::path(
    put,
    path = "/api/tickets/{id}",
    operation_id = "editTicket",
    tag = "Tickets",
    security(("session" = [])),
    params(("id" = TicketId, Path, description = "The ticket.")),
    request_body(content = TicketBody, example = json!({"title": "Concert, Town Hall", "price": "45.00"})),
    responses(
        (status = 200, body = TicketView, description = "The ticket in its next version.", example = json!(example::ticket())),
        Refused<Refusals>,
    ),
)]
pub(super) async fn edit(
    State(tickets): State<Tickets>,
    session: Session,
    // Checked after the body: an invalid body is refused before an unknown id.
    id: Result<PathId<TicketId>, ApiError>,
    Json(body): Json<TicketBody>,
) -> Result<axum::Json<TicketView>, ApiError> {
    let change = tickets.check_change(body.read())?;
    let PathId(id) = id?;
    Ok(axum::Json(tickets.edit(session.user.id, id, change).await?))
}
