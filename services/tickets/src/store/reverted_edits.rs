//! Edits that were reverted, because an order had reserved the earlier offer.

use contracts::{Offer, OrderId, Price, RefundWindow, TicketId, Timestamp, Title, UserId};

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

async fn reverted_edit(
    db: impl sqlx::SqliteExecutor<'_>,
    ticket: TicketId,
) -> Result<Option<RevertedEdit>, TicketsError> {
    let ticket_id = ticket.to_string();
    let row = sqlx::query_as!(
        RevertedEditRow,
        "SELECT ticket_id, title, price_cents, refund_hours, order_id, reverted_at
         FROM reverted_edits WHERE ticket_id = $1",
        ticket_id,
    )
    .fetch_optional(db)
    .await?;
    row.map(RevertedEdit::try_from).transpose()
}

impl TicketStore<'_> {
    /// Saves a reverted edit, in place of an older one.
    pub(crate) async fn save_reverted_edit(&mut self, edit: &RevertedEdit) -> Result<(), TicketsError> {
        let (ticket_id, title) = (edit.ticket.to_string(), edit.offer.title.as_str());
        let (price, refund) = (edit.offer.price.cents(), edit.offer.refund_window.hours());
        let (order_id, at) = (edit.order.to_string(), edit.at.as_millis());
        sqlx::query!(
            "INSERT INTO reverted_edits (ticket_id, title, price_cents, refund_hours, order_id, reverted_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (ticket_id) DO UPDATE SET title = excluded.title, price_cents = excluded.price_cents,
             refund_hours = excluded.refund_hours, order_id = excluded.order_id, reverted_at = excluded.reverted_at",
            ticket_id,
            title,
            price,
            refund,
            order_id,
            at,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    /// Deletes the reverted edit of a ticket, if there is one.
    pub(crate) async fn delete_reverted_edit(&mut self, ticket: TicketId) -> Result<(), TicketsError> {
        let ticket_id = ticket.to_string();
        sqlx::query!("DELETE FROM reverted_edits WHERE ticket_id = $1", ticket_id)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    /// The reverted edit of one ticket.
    pub(crate) async fn reverted_edit(
        &mut self,
        ticket: TicketId,
    ) -> Result<Option<RevertedEdit>, TicketsError> {
        reverted_edit(&mut *self.0, ticket).await
    }
}

impl Queries<'_> {
    /// The reverted edit of one ticket.
    pub(crate) async fn reverted_edit(&self, ticket: TicketId) -> Result<Option<RevertedEdit>, TicketsError> {
        reverted_edit(self.0, ticket).await
    }

    /// The reverted edits of a seller's tickets from one id to another.
    pub(crate) async fn reverted_edits_among(
        &self,
        seller: UserId,
        first: TicketId,
        last: TicketId,
    ) -> Result<Vec<RevertedEdit>, TicketsError> {
        let (seller, first, last) = (seller.to_string(), first.to_string(), last.to_string());
        let rows = sqlx::query_as!(
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
