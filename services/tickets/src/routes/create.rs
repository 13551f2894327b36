//! `POST /api/tickets`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use web::{ApiError, IdempotentRequest, Json, Reply, Session};

use super::body::TicketBody;
use crate::{Ticket, Tickets};

pub(super) async fn create(
    State(tickets): State<Tickets>,
    session: Session,
    request: IdempotentRequest,
    Json(body): Json<TicketBody>,
) -> Result<impl IntoResponse, ApiError> {
    // Nothing holds a new ticket, so it looks the same at every instant.
    let now = tickets.now();
    let caller = request.caller(session.user.id, move |ticket: &Ticket| {
        Reply::json(StatusCode::CREATED, &ticket.view(now))
    });
    let ticket = tickets.create(caller, tickets.check_offer(body.read())?).await?;
    Ok((StatusCode::CREATED, axum::Json(ticket.view(now))))
}
