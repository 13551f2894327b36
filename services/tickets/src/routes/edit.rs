//! `PUT /api/tickets/{id}`

use axum::extract::State;
use contracts::TicketId;
use contracts::views::TicketView;
use web::{ApiError, Json, PathId, Session};

use super::body::TicketBody;
use crate::Tickets;

pub(super) async fn edit(
    State(tickets): State<Tickets>,
    session: Session,
    // Looked at after the body: a body is refused before an id that names nothing.
    id: Result<PathId<TicketId>, ApiError>,
    Json(body): Json<TicketBody>,
) -> Result<axum::Json<TicketView>, ApiError> {
    let change = tickets.check_change(body.read())?;
    let PathId(id) = id?;
    let ticket = tickets.edit(session.user.id, id, change).await?;
    Ok(axum::Json(ticket.view(tickets.now())))
}
