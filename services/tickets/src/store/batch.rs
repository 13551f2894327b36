//! Reads and writes for many tickets at once: a statement per table, however many tickets there are.

use contracts::{OrderId, TicketId, Timestamp, Title, UserId};
use serde::Serialize;

use super::{TicketRow, TicketStore};
use crate::domain::Ticket;
use crate::error::TicketsError;
use crate::fold::folded_title;

/// A ticket as it is to be stored.
#[derive(Serialize)]
pub(crate) struct TicketRecord<'t> {
    id: TicketId,
    seller_id: UserId,
    title: &'t str,
    /// `None` for the title that is stored.
    title_folded: Option<String>,
    price_cents: i64,
    refund_hours: u16,
    version: i64,
    /// The version that is stored, which this one replaces; `None` for a new ticket.
    stored_version: Option<i64>,
    offer_version: i64,
    order_id: Option<OrderId>,
    held_until: Option<i64>,
    created_at: i64,
}

impl<'t> TicketRecord<'t> {
    /// A ticket that was listed in this transaction.
    pub(crate) fn inserted(ticket: &'t Ticket) -> Self {
        Self {
            title_folded: Some(folded_title(ticket.title.as_str())),
            ..Self::of(ticket, None)
        }
    }

    /// A ticket that has changed since it was loaded with that version and that title.
    pub(crate) fn updated(ticket: &'t Ticket, stored_version: i64, stored_title: &Title) -> Self {
        let is_retitled = ticket.title != *stored_title;
        Self {
            title_folded: is_retitled.then(|| folded_title(ticket.title.as_str())),
            ..Self::of(ticket, Some(stored_version))
        }
    }

    fn of(ticket: &'t Ticket, stored_version: Option<i64>) -> Self {
        Self {
            id: ticket.id,
            seller_id: ticket.seller,
            title: ticket.title.as_str(),
            title_folded: None,
            price_cents: ticket.price.cents(),
            refund_hours: ticket.refund_window.hours(),
            version: ticket.version,
            stored_version,
            offer_version: ticket.offer_version,
            order_id: ticket.hold.map(|hold| hold.order_id),
            held_until: ticket.hold.and_then(|hold| hold.until).map(Timestamp::as_millis),
            created_at: ticket.created_at.as_millis(),
        }
    }
}

impl TicketStore<'_> {
    /// Tickets, as stored. One that does not exist is left out.
    pub(crate) async fn find_all(&mut self, ids: &[TicketId]) -> Result<Vec<Ticket>, TicketsError> {
        let ids = serde_json::to_string(ids)?;
        let rows = select_tickets!("WHERE id IN (SELECT r.value FROM json_each($1) AS r)", ids)
            .fetch_all(&mut *self.0)
            .await?;
        rows.into_iter().map(Ticket::try_from).collect()
    }

    /// Puts new tickets on sale.
    pub(crate) async fn insert_all(&mut self, tickets: &[TicketRecord<'_>]) -> Result<(), TicketsError> {
        if tickets.is_empty() {
            return Ok(());
        }
        let tickets = serde_json::to_string(tickets)?;
        sqlx::query!(
            "INSERT INTO tickets (id, seller_id, title, title_folded, price_cents, refund_hours, version, offer_version, created_at)
             SELECT r.value->>'id', r.value->>'seller_id', r.value->>'title', r.value->>'title_folded',
                 CAST(r.value->>'price_cents' AS BIGINT), CAST(r.value->>'refund_hours' AS BIGINT),
                 CAST(r.value->>'version' AS BIGINT), CAST(r.value->>'offer_version' AS BIGINT),
                 CAST(r.value->>'created_at' AS BIGINT)
             FROM json_each($1) AS r
             ORDER BY r.key",
            tickets,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Saves tickets that have changed. Each stored one must be at the version that it was loaded with.
    pub(crate) async fn save_all(&mut self, tickets: &[TicketRecord<'_>]) -> Result<(), TicketsError> {
        let (count, first) = (tickets.len(), tickets.first().map(|ticket| ticket.id));
        let Some(first) = first else { return Ok(()) };
        let tickets = serde_json::to_string(tickets)?;
        let done = sqlx::query!(
            "UPDATE tickets SET title = r.value->>'title', title_folded = coalesce(r.value->>'title_folded', title_folded),
                 price_cents = CAST(r.value->>'price_cents' AS BIGINT),
                 refund_hours = CAST(r.value->>'refund_hours' AS BIGINT), version = CAST(r.value->>'version' AS BIGINT),
                 offer_version = CAST(r.value->>'offer_version' AS BIGINT), order_id = r.value->>'order_id',
                 held_until = CAST(r.value->>'held_until' AS BIGINT)
             FROM json_each($1) AS r
             WHERE tickets.id = r.value->>'id' AND tickets.version = CAST(r.value->>'stored_version' AS BIGINT)",
            tickets,
        )
        .execute(&mut *self.0)
        .await?;
        if usize::try_from(done.rows_affected()) == Ok(count) {
            Ok(())
        } else {
            Err(TicketsError::Conflict(first))
        }
    }
}
