//! `POST /api/tickets`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use web::{ApiError, Json, Session};

use super::body::TicketBody;
use crate::Tickets;

pub(super) async fn create(
    State(tickets): State<Tickets>,
    session: Session,
    Json(body): Json<TicketBody>,
) -> Result<impl IntoResponse, ApiError> {
    let ticket = tickets.create(session.user.id, body.parse()?).await?;
    Ok((StatusCode::CREATED, axum::Json(ticket.view(tickets.now()))))
}
