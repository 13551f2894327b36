//! This service's replica of the tickets.

use contracts::views::TicketView;
use contracts::{Price, RefundWindow, TicketId, Title, UserId};
use serde::Serialize;

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

impl TryFrom<TicketRow> for ReplicatedTicket {
    type Error = OrdersError;

    fn try_from(row: TicketRow) -> Result<Self, OrdersError> {
        let corrupt = |reason: &str| OrdersError::Corrupt {
            id: row.id.clone(),
            reason: format!("{reason} of its ticket"),
        };
        Ok(Self {
            id: TicketId::parse(&row.id).map_err(|_| corrupt("id"))?,
            seller: UserId::parse(&row.seller_id).map_err(|_| corrupt("seller_id"))?,
            title: Title::parse(&row.title).map_err(|_| corrupt("title"))?,
            price: Price::from_cents(row.price_cents).ok_or_else(|| corrupt("price_cents"))?,
            refund_window: RefundWindow::from_hours(row.refund_hours)
                .ok_or_else(|| corrupt("refund_hours"))?,
            version: row.version,
            offer_version: row.offer_version,
        })
    }
}

/// A ticket as the tickets service publishes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ReplicatedTicket {
    pub(crate) id: TicketId,
    pub(crate) seller: UserId,
    pub(crate) title: Title,
    /// In cents.
    #[serde(serialize_with = "cents")]
    pub(crate) price: Price,
    /// In hours.
    #[serde(rename = "refund", serialize_with = "hours")]
    pub(crate) refund_window: RefundWindow,
    pub(crate) version: i64,
    /// The version that made the offer: a buyer who was shown that version or a later one was shown this offer.
    pub(crate) offer_version: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn cents<S: serde::Serializer>(price: &Price, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(price.cents())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn hours<S: serde::Serializer>(refund_window: &RefundWindow, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(refund_window.hours())
}

impl ReplicatedTicket {
    /// Whether both offer the same.
    pub(crate) fn has_same_offer(&self, other: &Self) -> bool {
        (&self.title, self.price, self.refund_window) == (&other.title, other.price, other.refund_window)
    }

    /// The ticket as it is offered. Whether an order holds it is not in it.
    pub(crate) fn view(&self) -> TicketView {
        TicketView {
            id: self.id,
            title: self.title.clone(),
            price: self.price,
            user_id: self.seller,
            version: self.version,
            refund_hours: self.refund_window,
            order_id: None,
        }
    }
}

impl TicketReplica<'_> {
    /// Tickets in the replica. One that is unknown here is left out.
    pub(crate) async fn find_all(&mut self, ids: &[TicketId]) -> Result<Vec<ReplicatedTicket>, OrdersError> {
        let ids = serde_json::to_string(ids)?;
        let rows = event_log::query_as!(
            TicketRow,
            "SELECT id, seller_id, title, price_cents, refund_hours, version, offer_version FROM tickets
             WHERE id IN (SELECT r.value FROM json_each($1) AS r)",
            ids,
        )
        .fetch_all(&mut *self.0)
        .await?;
        rows.into_iter().map(ReplicatedTicket::try_from).collect()
    }

    /// Adds tickets to the replica, or replaces their offers. A ticket keeps its seller: the index by seller, whose pages are all over
    /// the file, is not written to.
    pub(crate) async fn save_all(&mut self, tickets: &[ReplicatedTicket]) -> Result<(), OrdersError> {
        if tickets.is_empty() {
            return Ok(());
        }
        let tickets = serde_json::to_string(tickets)?;
        event_log::query!(
            "INSERT INTO tickets (id, seller_id, title, price_cents, refund_hours, version, offer_version)
             SELECT r.value->>'id', r.value->>'seller', r.value->>'title', CAST(r.value->>'price' AS BIGINT),
                 CAST(r.value->>'refund' AS BIGINT), CAST(r.value->>'version' AS BIGINT),
                 CAST(r.value->>'offer_version' AS BIGINT)
             FROM jsonb_each($1) AS r WHERE true ORDER BY r.key
             ON CONFLICT (id) DO UPDATE SET title = excluded.title, price_cents = excluded.price_cents,
                 refund_hours = excluded.refund_hours, version = excluded.version, offer_version = excluded.offer_version",
            tickets,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
