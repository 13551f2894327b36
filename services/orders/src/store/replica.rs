//! This service's copy of the tickets.

use contracts::{Price, RefundWindow, TicketId, Title, UserId};
use sqlx::SqliteConnection;

/// The version of a ticket in this service's copy.
pub(crate) async fn ticket_version(
    db: &mut SqliteConnection,
    id: TicketId,
) -> Result<Option<i64>, sqlx::Error> {
    let id = id.to_string();
    sqlx::query_scalar!("SELECT version FROM tickets WHERE id = ?", id)
        .fetch_optional(db)
        .await
}

/// The title of a ticket in this service's copy.
pub(crate) async fn ticket_title(
    db: &mut SqliteConnection,
    id: TicketId,
) -> Result<Option<String>, sqlx::Error> {
    let id = id.to_string();
    sqlx::query_scalar!("SELECT title FROM tickets WHERE id = ?", id)
        .fetch_optional(db)
        .await
}

/// A ticket as the tickets service tells of it.
pub(crate) struct ReplicatedTicket {
    pub(crate) id: TicketId,
    pub(crate) seller: UserId,
    pub(crate) title: Title,
    pub(crate) price: Price,
    pub(crate) refund: RefundWindow,
    pub(crate) version: i64,
}

/// Brings the copy of a ticket to a version.
pub(crate) async fn save_ticket(
    db: &mut SqliteConnection,
    ticket: &ReplicatedTicket,
) -> Result<(), sqlx::Error> {
    let (id, seller, title) = (
        ticket.id.to_string(),
        ticket.seller.to_string(),
        ticket.title.as_str(),
    );
    let (price, refund) = (ticket.price.cents(), ticket.refund.hours());
    sqlx::query!(
        "INSERT INTO tickets (id, seller_id, title, price_cents, refund_hours, version) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET seller_id = excluded.seller_id, title = excluded.title,
             price_cents = excluded.price_cents, refund_hours = excluded.refund_hours, version = excluded.version",
        id,
        seller,
        title,
        price,
        refund,
        ticket.version,
    )
    .execute(db)
    .await?;
    Ok(())
}
