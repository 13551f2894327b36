//! `GET /api/tickets/{id}`

use axum::extract::State;
use contracts::TicketId;
use contracts::views::TicketView;
use web::openapi::example;
use web::{ApiError, PathId};

use crate::operations::Tickets;

/// Show a ticket
///
/// Includes held tickets, which have an `orderId`.
#[utoipa::path(
    get,
    path = "/api/tickets/{id}",
    operation_id = "showTicket",
    tag = "Tickets",
    security(()),
    params(("id" = TicketId, Path, description = "The ticket.")),
    responses((status = 200, body = TicketView, description = "The ticket.", example = json!(example::ticket()))),
)]
pub(super) async fn show(
    State(tickets): State<Tickets>,
    PathId(id): PathId<TicketId>,
) -> Result<axum::Json<TicketView>, ApiError> {
    let ticket = tickets.find(id).await?.ok_or_else(ApiError::not_found)?;
    Ok(axum::Json(ticket.view()))
}
