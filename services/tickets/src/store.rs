//! All SQL of the tickets service.

mod folds;
mod holds;
mod on_sale;
mod reverted_edits;

use contracts::{OfferChange, OrderId, Price, RefundWindow, TicketId, Timestamp, Title, UserId};
use sqlx::{SqliteConnection, SqlitePool};

pub(crate) use folds::{fold_titles, titles_to_fold};
pub(crate) use holds::{hear_order, release_from, save_hold};
pub(crate) use on_sale::{count_on_sale, on_sale};
pub(crate) use reverted_edits::{
    forget_reverted_edit, remember_reverted_edit, reverted_edit, reverted_edits_of,
};

use crate::fold::folded_title;
use crate::{Hold, Ticket, TicketsError};

/// A row as the database has it.
struct TicketRow {
    id: String,
    seller_id: String,
    title: String,
    price_cents: i64,
    refund_hours: i64,
    version: i64,
    offer_version: i64,
    order_id: Option<String>,
    held_until: Option<i64>,
    created_at: i64,
}

impl TryFrom<TicketRow> for Ticket {
    type Error = TicketsError;

    fn try_from(row: TicketRow) -> Result<Self, TicketsError> {
        let corrupt = |reason: &str| TicketsError::Corrupt {
            id: row.id.clone(),
            reason: reason.to_owned(),
        };
        let order_id = row.order_id.as_deref().map(OrderId::parse).transpose();
        let order_id = order_id.map_err(|_| corrupt("order_id"))?;
        Ok(Self {
            id: TicketId::parse(&row.id).map_err(|_| corrupt("id"))?,
            title: Title::parse(&row.title).map_err(|_| corrupt("title"))?,
            price: Price::from_cents(row.price_cents).ok_or_else(|| corrupt("price_cents"))?,
            refund: RefundWindow::from_hours(row.refund_hours).ok_or_else(|| corrupt("refund_hours"))?,
            seller: UserId::parse(&row.seller_id).map_err(|_| corrupt("seller_id"))?,
            version: row.version,
            offer_version: row.offer_version,
            hold: order_id.map(|order_id| Hold {
                order_id,
                until: row.held_until.map(Timestamp::from_millis),
            }),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

/// Puts a new ticket on sale.
pub(crate) async fn insert(db: &mut SqliteConnection, ticket: &Ticket) -> Result<(), TicketsError> {
    let (id, seller, title) = (
        ticket.id.to_string(),
        ticket.seller.to_string(),
        ticket.title.as_str(),
    );
    let (folded, price) = (folded_title(ticket.title.as_str()), ticket.price.cents());
    let refund = ticket.refund.hours();
    let created_at = ticket.created_at.as_millis();
    sqlx::query!(
        "INSERT INTO tickets (id, seller_id, title, title_folded, price_cents, refund_hours, version, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        seller,
        title,
        folded,
        price,
        refund,
        ticket.version,
        created_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Changes a ticket if it is that seller's and nothing holds it now; `None` if it is not so. A hold that has run out is
/// taken off. Refund hours that are not said stay as they are.
pub(crate) async fn edit_if_free(
    db: &mut SqliteConnection,
    seller: UserId,
    id: TicketId,
    change: &OfferChange,
    now: Timestamp,
) -> Result<Option<Ticket>, TicketsError> {
    let (id, seller, now) = (id.to_string(), seller.to_string(), now.as_millis());
    let (title, folded, price) = (
        change.title.as_str(),
        folded_title(change.title.as_str()),
        change.price.cents(),
    );
    let refund = change.refund.map(RefundWindow::hours);
    let row = sqlx::query_as!(
        TicketRow,
        r#"UPDATE tickets
           SET title = ?1, title_folded = ?2, price_cents = ?3, refund_hours = coalesce(?4, refund_hours), version = version + 1,
               offer_version = CASE WHEN (title, price_cents, refund_hours) = (?1, ?3, coalesce(?4, refund_hours))
                   THEN offer_version ELSE version + 1 END,
               order_id = NULL, held_until = NULL
           WHERE id = ?5 AND seller_id = ?6 AND free_from <= ?7
           RETURNING id, seller_id, title, price_cents, refund_hours, version, offer_version, order_id, held_until, created_at"#,
        title,
        folded,
        price,
        refund,
        id,
        seller,
        now,
    )
    .fetch_optional(db)
    .await?;
    row.map(Ticket::try_from).transpose()
}

/// One ticket, held or not.
pub(crate) async fn find(
    db: impl sqlx::SqliteExecutor<'_>,
    id: TicketId,
) -> Result<Option<Ticket>, TicketsError> {
    let id = id.to_string();
    let row = sqlx::query_as!(
        TicketRow,
        "SELECT id, seller_id, title, price_cents, refund_hours, version, offer_version, order_id, held_until, created_at
         FROM tickets WHERE id = ?",
        id,
    )
    .fetch_optional(db)
    .await?;
    row.map(Ticket::try_from).transpose()
}

/// Every ticket of a seller, the newest first.
pub(crate) async fn listed_by(db: &SqlitePool, seller: UserId) -> Result<Vec<Ticket>, TicketsError> {
    let seller = seller.to_string();
    let rows = sqlx::query_as!(
        TicketRow,
        "SELECT id, seller_id, title, price_cents, refund_hours, version, offer_version, order_id, held_until, created_at
         FROM tickets WHERE seller_id = ? ORDER BY id DESC",
        seller,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(Ticket::try_from).collect()
}
