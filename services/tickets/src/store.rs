//! All SQL of the tickets service.

/// Tickets with all columns of a [`TicketRow`]; the argument is what follows `FROM tickets`.
macro_rules! select_tickets {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        event_log::query_as!(
            TicketRow,
            "SELECT id, seller_id, title, price_cents, refund_hours, version, offer_version, order_id, held_until, created_at
             FROM tickets " + $rest,
            $($argument),*
        )
    };
}

mod batch;
mod catalog;
mod folds;
mod reverted_edits;
mod tables;

use contracts::{OrderId, Price, RefundWindow, TicketId, Timestamp, Title, UserId};
pub(crate) use tables::{Queries, Tables, TicketStore};

use crate::domain::{Hold, Ticket};
use crate::error::TicketsError;
use crate::search::{Cursor, Page};

/// Sort before and after every id: ids are hexadecimal digits and hyphens.
const BEFORE_ALL: &str = "";
const AFTER_ALL: &str = "~";

/// A row of the table.
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
            refund_window: RefundWindow::from_hours(row.refund_hours)
                .ok_or_else(|| corrupt("refund_hours"))?,
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

/// One more than the page shows whether there is a next one.
fn one_more(size: u32) -> i64 {
    i64::from(size) + 1
}

/// A page of that size, from up to one more row.
fn page_of(
    rows: Vec<TicketRow>,
    size: u32,
    cursor: impl FnOnce(&Ticket) -> Cursor,
) -> Result<Page<Ticket>, TicketsError> {
    let mut items = rows
        .into_iter()
        .map(Ticket::try_from)
        .collect::<Result<Vec<_>, _>>()?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = items.len() > size;
    items.truncate(size);
    let next = items.last().filter(|_| has_more).map(cursor);
    Ok(Page { items, next })
}

impl Queries<'_> {
    /// One ticket, held or not.
    pub(crate) async fn find(&self, id: TicketId) -> Result<Option<Ticket>, TicketsError> {
        let id = id.to_string();
        let row = select_tickets!("WHERE id = $1", id)
            .fetch_optional(self.0)
            .await?;
        row.map(Ticket::try_from).transpose()
    }

    /// Tickets of a seller, the newest first, after one of them.
    pub(crate) async fn listed_by(
        &self,
        seller: UserId,
        after: Option<TicketId>,
        size: u32,
    ) -> Result<Page<Ticket>, TicketsError> {
        let seller = seller.to_string();
        let after = after.map_or_else(|| AFTER_ALL.to_owned(), |id| id.to_string());
        let limit = one_more(size);
        let rows = select_tickets!(
            "WHERE seller_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            seller,
            after,
            limit,
        )
        .fetch_all(self.0)
        .await?;
        page_of(rows, size, |last| last.id.into())
    }
}
