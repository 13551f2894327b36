//! `GET /api/tickets/{id}`

use axum::extract::State;
use contracts::TicketId;
use contracts::views::TicketView;
use web::{ApiError, PathId};

use crate::Tickets;

pub(super) async fn show(
    State(tickets): State<Tickets>,
    PathId(id): PathId<TicketId>,
) -> Result<axum::Json<TicketView>, ApiError> {
    let ticket = tickets.find(id).await?.ok_or_else(ApiError::not_found)?;
    Ok(axum::Json(ticket.view(tickets.now())))
}
