//! This service's replica of the tickets.

use contracts::views::TicketView;
use contracts::{Price, RefundWindow, TicketId, Title, UserId};

use super::TicketReplica;
use crate::error::OrdersError;

/// A row of the table.
struct TicketRow {
    id: String,
    seller_id: String,
    title: String,
    price_cents: i64,
    refund_hours: i64,
    version: i64,
    offer_version: i64,
}

fn offered(row: &TicketRow) -> Result<Offered, OrdersError> {
    let corrupt = |reason: &str| OrdersError::Corrupt {
        id: row.id.clone(),
        reason: format!("{reason} of its ticket"),
    };
    let ticket = TicketView {
        id: TicketId::parse(&row.id).map_err(|_| corrupt("id"))?,
        title: Title::parse(&row.title).map_err(|_| corrupt("title"))?,
        price: Price::from_cents(row.price_cents).ok_or_else(|| corrupt("price_cents"))?,
        user_id: UserId::parse(&row.seller_id).map_err(|_| corrupt("seller_id"))?,
        version: row.version,
        refund_hours: RefundWindow::from_hours(row.refund_hours).ok_or_else(|| corrupt("refund_hours"))?,
        order_id: None,
    };
    Ok(Offered {
        ticket,
        offer_version: row.offer_version,
    })
}

/// A ticket as this service knows it to be offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offered {
    /// The ticket. Whether an order holds it is not in it.
    pub(crate) ticket: TicketView,
    /// The version of the ticket that made this offer: who saw that version or a later one saw this offer.
    pub(crate) offer_version: i64,
}

/// A ticket as the tickets service publishes it.
pub(crate) struct ReplicatedTicket {
    pub(crate) id: TicketId,
    pub(crate) seller: UserId,
    pub(crate) title: Title,
    pub(crate) price: Price,
    pub(crate) refund: RefundWindow,
    pub(crate) version: i64,
}

impl TicketReplica<'_> {
    /// The version of a ticket in the replica.
    pub(crate) async fn version(&mut self, id: TicketId) -> Result<Option<i64>, sqlx::Error> {
        let id = id.to_string();
        sqlx::query_scalar!("SELECT version FROM tickets WHERE id = $1", id)
            .fetch_optional(&mut *self.0)
            .await
    }

    /// The offers of tickets in the replica. A ticket that is unknown here is left out.
    pub(crate) async fn offers(&mut self, ids: &[TicketId]) -> Result<Vec<Offered>, OrdersError> {
        let ids = serde_json::to_string(ids)?;
        let rows = sqlx::query_as!(
            TicketRow,
            "SELECT id, seller_id, title, price_cents, refund_hours, version, offer_version FROM tickets
             WHERE id IN (SELECT r.value FROM json_each($1) AS r)",
            ids,
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.iter().map(offered).collect()
    }

    /// Updates the replica of a ticket. A version that only holds or releases it does not change the version of its offer.
    pub(crate) async fn save(&mut self, ticket: &ReplicatedTicket) -> Result<(), sqlx::Error> {
        let (id, seller, title) = (
            ticket.id.to_string(),
            ticket.seller.to_string(),
            ticket.title.as_str(),
        );
        let (price, refund) = (ticket.price.cents(), ticket.refund.hours());
        sqlx::query!(
            "INSERT INTO tickets (id, seller_id, title, price_cents, refund_hours, version, offer_version)
         VALUES ($1, $2, $3, $4, $5, $6, $6)
         ON CONFLICT (id) DO UPDATE SET seller_id = excluded.seller_id, title = excluded.title,
             price_cents = excluded.price_cents, refund_hours = excluded.refund_hours, version = excluded.version,
             offer_version = CASE
                 WHEN (tickets.title, tickets.price_cents, tickets.refund_hours)
                     = (excluded.title, excluded.price_cents, excluded.refund_hours) THEN tickets.offer_version
                 ELSE excluded.version END",
            id,
            seller,
            title,
            price,
            refund,
            ticket.version,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
