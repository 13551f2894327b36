//! Reads and writes for many tickets at once: a statement per table, however many tickets there are.

use contracts::{OrderId, TicketId, Timestamp, UserId};
use serde::Serialize;

use super::{TicketRow, TicketStore};
use crate::catalog::ChangedTicket;
use crate::domain::Ticket;
use crate::error::TicketsError;

/// A ticket as it is to be stored.
#[derive(Serialize)]
struct TicketRecord<'t> {
    id: TicketId,
    seller_id: UserId,
    title: &'t str,
    /// `None` for the title that is stored.
    title_folded: Option<&'t str>,
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

impl<'t> From<&'t ChangedTicket> for TicketRecord<'t> {
    fn from(changed: &'t ChangedTicket) -> Self {
        let ticket = &changed.ticket;
        Self {
            id: ticket.id,
            seller_id: ticket.seller,
            title: ticket.title.as_str(),
            title_folded: changed.folded.as_deref(),
            price_cents: ticket.price.cents(),
            refund_hours: ticket.refund_window.hours(),
            version: ticket.version,
            stored_version: changed.stored_version,
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

    /// Puts the new ones among changed tickets on sale.
    pub(crate) async fn insert_all(&mut self, changed: &[ChangedTicket]) -> Result<(), TicketsError> {
        let new = changed.iter().filter(|ticket| ticket.stored_version.is_none());
        let tickets: Vec<_> = new.map(TicketRecord::from).collect();
        if tickets.is_empty() {
            return Ok(());
        }
        let tickets = serde_json::to_string(&tickets)?;
        event_log::query!(
            "INSERT INTO tickets (id, seller_id, title, title_folded, price_cents, refund_hours, version, offer_version, created_at)
             SELECT r.value->>'id', r.value->>'seller_id', r.value->>'title', r.value->>'title_folded',
                 CAST(r.value->>'price_cents' AS BIGINT), CAST(r.value->>'refund_hours' AS BIGINT),
                 CAST(r.value->>'version' AS BIGINT), CAST(r.value->>'offer_version' AS BIGINT),
                 CAST(r.value->>'created_at' AS BIGINT)
             FROM jsonb_each($1) AS r
             ORDER BY r.key",
            tickets,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Saves the others among changed tickets. Each stored one must be at the version that it was loaded with.
    pub(crate) async fn save_all(&mut self, changed: &[ChangedTicket]) -> Result<(), TicketsError> {
        let known = changed.iter().filter(|ticket| ticket.stored_version.is_some());
        let tickets: Vec<_> = known.map(TicketRecord::from).collect();
        let Some(first) = tickets.first().map(|ticket| ticket.id) else {
            return Ok(());
        };
        let count = tickets.len();
        let tickets = serde_json::to_string(&tickets)?;
        let done = event_log::query!(
            "UPDATE tickets SET title = r.value->>'title', title_folded = coalesce(r.value->>'title_folded', title_folded),
                 price_cents = CAST(r.value->>'price_cents' AS BIGINT),
                 refund_hours = CAST(r.value->>'refund_hours' AS BIGINT), version = CAST(r.value->>'version' AS BIGINT),
                 offer_version = CAST(r.value->>'offer_version' AS BIGINT), order_id = r.value->>'order_id',
                 held_until = CAST(r.value->>'held_until' AS BIGINT)
             FROM jsonb_each($1) AS r
             WHERE tickets.id = r.value->>'id' AND tickets.version = CAST(r.value->>'stored_version' AS BIGINT)",
            tickets,
        )
        .execute(&mut *self.0)
        .await?;
        if usize::try_from(done) == Ok(count) {
            Ok(())
        } else {
            Err(TicketsError::Conflict(first))
        }
    }
}
