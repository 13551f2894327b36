//! Edits that were reverted, because an order had reserved the earlier offer.

use contracts::{Offer, OrderId, Price, RefundWindow, TicketId, Timestamp, Title, UserId};
use serde::Serialize;

use super::{Queries, TicketStore};
use crate::domain::RevertedEdit;
use crate::error::TicketsError;

/// A row of the table.
struct RevertedEditRow {
    ticket_id: String,
    title: String,
    price_cents: i64,
    refund_hours: i64,
    order_id: String,
    reverted_at: i64,
}

impl TryFrom<RevertedEditRow> for RevertedEdit {
    type Error = TicketsError;

    fn try_from(row: RevertedEditRow) -> Result<Self, TicketsError> {
        let corrupt = |reason: &str| TicketsError::Corrupt {
            id: row.ticket_id.clone(),
            reason: format!("{reason} of its reverted edit"),
        };
        Ok(Self {
            ticket: TicketId::parse(&row.ticket_id).map_err(|_| corrupt("ticket_id"))?,
            offer: Offer {
                title: Title::parse(&row.title).map_err(|_| corrupt("title"))?,
                price: Price::from_cents(row.price_cents).ok_or_else(|| corrupt("price_cents"))?,
                refund_window: RefundWindow::from_hours(row.refund_hours)
                    .ok_or_else(|| corrupt("refund_hours"))?,
            },
            order: OrderId::parse(&row.order_id).map_err(|_| corrupt("order_id"))?,
            at: Timestamp::from_millis(row.reverted_at),
        })
    }
}

/// A reverted edit as it is to be stored.
#[derive(Serialize)]
struct RevertedEditRecord<'e> {
    ticket_id: TicketId,
    title: &'e str,
    price_cents: i64,
    refund_hours: u16,
    order_id: OrderId,
    reverted_at: i64,
}

impl<'e> From<&'e RevertedEdit> for RevertedEditRecord<'e> {
    fn from(edit: &'e RevertedEdit) -> Self {
        Self {
            ticket_id: edit.ticket,
            title: edit.offer.title.as_str(),
            price_cents: edit.offer.price.cents(),
            refund_hours: edit.offer.refund_window.hours(),
            order_id: edit.order,
            reverted_at: edit.at.as_millis(),
        }
    }
}

impl TicketStore<'_> {
    /// Saves reverted edits, in place of older ones.
    pub(crate) async fn save_reverted_edits(&mut self, edits: &[&RevertedEdit]) -> Result<(), TicketsError> {
        if edits.is_empty() {
            return Ok(());
        }
        let edits: Vec<_> = edits.iter().copied().map(RevertedEditRecord::from).collect();
        let edits = serde_json::to_string(&edits)?;
        event_log::query!(
            "INSERT INTO reverted_edits (ticket_id, title, price_cents, refund_hours, order_id, reverted_at)
             SELECT r.value->>'ticket_id', r.value->>'title', CAST(r.value->>'price_cents' AS BIGINT),
                 CAST(r.value->>'refund_hours' AS BIGINT), r.value->>'order_id', CAST(r.value->>'reverted_at' AS BIGINT)
             FROM jsonb_each($1) AS r WHERE true ORDER BY r.key
             ON CONFLICT (ticket_id) DO UPDATE SET title = excluded.title, price_cents = excluded.price_cents,
                 refund_hours = excluded.refund_hours, order_id = excluded.order_id, reverted_at = excluded.reverted_at",
            edits,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Deletes the reverted edits of these tickets, where there are some.
    pub(crate) async fn delete_reverted_edits(&mut self, tickets: &[TicketId]) -> Result<(), TicketsError> {
        if tickets.is_empty() {
            return Ok(());
        }
        let tickets = serde_json::to_string(tickets)?;
        event_log::query!(
            "DELETE FROM reverted_edits WHERE ticket_id IN (SELECT r.value FROM json_each($1) AS r)",
            tickets,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// The reverted edits of these tickets.
    pub(crate) async fn reverted_edits_of(
        &mut self,
        tickets: &[TicketId],
    ) -> Result<Vec<RevertedEdit>, TicketsError> {
        let tickets = serde_json::to_string(tickets)?;
        let rows = event_log::query_as!(
            RevertedEditRow,
            "SELECT ticket_id, title, price_cents, refund_hours, order_id, reverted_at
             FROM reverted_edits WHERE ticket_id IN (SELECT r.value FROM json_each($1) AS r)",
            tickets,
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter().map(RevertedEdit::try_from).collect()
    }
}

impl Queries<'_> {
    /// The reverted edit of one ticket.
    pub(crate) async fn reverted_edit(&self, ticket: TicketId) -> Result<Option<RevertedEdit>, TicketsError> {
        let ticket_id = ticket.to_string();
        let row = event_log::query_as!(
            RevertedEditRow,
            "SELECT ticket_id, title, price_cents, refund_hours, order_id, reverted_at
             FROM reverted_edits WHERE ticket_id = $1",
            ticket_id,
        )
        .fetch_optional(self.0)
        .await?;
        row.map(RevertedEdit::try_from).transpose()
    }

    /// The reverted edits of a seller's tickets from one id to another.
    pub(crate) async fn reverted_edits_among(
        &self,
        seller: UserId,
        first: TicketId,
        last: TicketId,
    ) -> Result<Vec<RevertedEdit>, TicketsError> {
        let (seller, first, last) = (seller.to_string(), first.to_string(), last.to_string());
        let rows = event_log::query_as!(
            RevertedEditRow,
            "SELECT r.ticket_id, r.title, r.price_cents, r.refund_hours, r.order_id, r.reverted_at
         FROM tickets AS t JOIN reverted_edits AS r ON r.ticket_id = t.id
         WHERE t.seller_id = $1 AND t.id BETWEEN $2 AND $3",
            seller,
            first,
            last,
        )
        .fetch_all(self.0)
        .await?;
        rows.into_iter().map(RevertedEdit::try_from).collect()
    }
}
