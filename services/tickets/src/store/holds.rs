//! Which order holds a ticket.

use contracts::{OrderId, TicketId, Timestamp};

use super::{TicketRow, TicketStore};
use crate::domain::Ticket;
use crate::error::TicketsError;
use crate::fold::folded_title;

impl TicketStore<'_> {
    /// Saves the hold of a ticket, with the reserved offer; the stored ticket must be at the version before.
    pub(crate) async fn save_hold(&mut self, ticket: &Ticket) -> Result<(), TicketsError> {
        let (id, title, folded) = (
            ticket.id.to_string(),
            ticket.title.as_str(),
            folded_title(ticket.title.as_str()),
        );
        let (price, refund) = (ticket.price.cents(), ticket.refund_window.hours());
        let order_id = ticket.hold.map(|hold| hold.order_id.to_string());
        let until = ticket.hold.and_then(|hold| hold.until).map(Timestamp::as_millis);
        let done = sqlx::query!(
            "UPDATE tickets
         SET title = $1, title_folded = $2, price_cents = $3, refund_hours = $4, version = $5, offer_version = $6,
             order_id = $7, held_until = $8
         WHERE id = $9 AND version = $5 - 1",
            title,
            folded,
            price,
            refund,
            ticket.version,
            ticket.offer_version,
            order_id,
            until,
            id,
        )
        .execute(&mut *self.0)
        .await?;
        if done.rows_affected() == 1 {
            Ok(())
        } else {
            Err(TicketsError::Conflict(ticket.id))
        }
    }

    /// Releases a ticket if it is held by that very order; `None` if it is not.
    pub(crate) async fn release_from(
        &mut self,
        id: TicketId,
        order: OrderId,
    ) -> Result<Option<Ticket>, TicketsError> {
        let (id, order_id) = (id.to_string(), order.to_string());
        let row = sqlx::query_as!(
            TicketRow,
            r#"UPDATE tickets
           SET order_id = NULL, held_until = NULL, version = version + 1
           WHERE id = $1 AND order_id = $2
           RETURNING id, seller_id, title, price_cents, refund_hours, version, offer_version, order_id, held_until, created_at"#,
            id,
            order_id,
        )
        .fetch_optional(&mut *self.0)
        .await?;
        row.map(Ticket::try_from).transpose()
    }
}
