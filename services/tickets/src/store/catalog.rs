//! The tickets that are not sold, for the catalog.

use contracts::TicketId;

use super::{BEFORE_ALL, Queries, TicketRow};
use crate::domain::Ticket;
use crate::error::TicketsError;

/// How many tickets are read at once.
const CHUNK: i64 = 2_000;

/// A row of the table, with its folded title.
struct CatalogRow {
    id: String,
    seller_id: String,
    title: String,
    title_folded: String,
    price_cents: i64,
    refund_hours: i64,
    version: i64,
    offer_version: i64,
    order_id: Option<String>,
    held_until: Option<i64>,
    created_at: i64,
}

/// Tickets with all columns of a [`CatalogRow`]; the argument is what follows `FROM tickets`.
macro_rules! select_catalog {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            CatalogRow,
            "SELECT id, seller_id, title, title_folded, price_cents, refund_hours, version, offer_version, order_id,
                 held_until, created_at
             FROM tickets " + $rest,
            $($argument),*
        )
    };
}

impl CatalogRow {
    /// The ticket and its folded title. One that cannot be read is left out: it must not hide the others.
    fn read(self) -> Option<(Ticket, Box<str>)> {
        let ticket = Ticket::try_from(TicketRow {
            id: self.id,
            seller_id: self.seller_id,
            title: self.title,
            price_cents: self.price_cents,
            refund_hours: self.refund_hours,
            version: self.version,
            offer_version: self.offer_version,
            order_id: self.order_id,
            held_until: self.held_until,
            created_at: self.created_at,
        });
        let ticket = ticket.inspect_err(|error| tracing::error!(%error, "a ticket is not listed"));
        Some((ticket.ok()?, self.title_folded.into()))
    }
}

impl Queries<'_> {
    /// Hands out every ticket that is not sold, with its folded title, the oldest first.
    pub(crate) async fn unsold(
        &self,
        mut put: impl FnMut(Ticket, Box<str>) + Send,
    ) -> Result<(), TicketsError> {
        let mut after = BEFORE_ALL.to_owned();
        loop {
            let rows = select_catalog!(
                "WHERE free_from IS NOT NULL AND id > $1 ORDER BY id LIMIT $2",
                after,
                CHUNK
            )
            .fetch_all(self.0)
            .await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after.clone_from(&last.id);
            for (ticket, folded) in rows.into_iter().filter_map(CatalogRow::read) {
                put(ticket, folded);
            }
        }
    }

    /// Those of these tickets that are not sold, with their folded titles.
    pub(crate) async fn unsold_of(&self, ids: &[TicketId]) -> Result<Vec<(Ticket, Box<str>)>, TicketsError> {
        let ids = serde_json::to_string(ids)?;
        let rows = select_catalog!(
            "WHERE id IN (SELECT r.value FROM json_each($1) AS r) AND free_from IS NOT NULL",
            ids
        )
        .fetch_all(self.0)
        .await?;
        Ok(rows.into_iter().filter_map(CatalogRow::read).collect())
    }
}
