//! `POST /api/tickets`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use web::{ApiError, Json, KeyedRequest, Reply, Session};

use super::body::TicketBody;
use crate::{Ticket, Tickets};

pub(super) async fn create(
    State(tickets): State<Tickets>,
    session: Session,
    request: KeyedRequest,
    Json(body): Json<TicketBody>,
) -> Result<impl IntoResponse, ApiError> {
    // Nothing holds a new ticket, so it looks the same at every instant.
    let now = tickets.now();
    let keep = request.keep(move |ticket: &Ticket| Reply::json(StatusCode::CREATED, &ticket.view(now)));
    let ticket = tickets
        .create_keeping(session.user.id, tickets.check_offer(body.read())?, keep)
        .await?;
    Ok((StatusCode::CREATED, axum::Json(ticket.view(now))))
}
