//! The tickets that are not sold, for the catalog.

use contracts::TicketId;
use serde::Deserialize;

use super::{BEFORE_ALL, Queries, TicketRow};
use crate::domain::Ticket;
use crate::error::TicketsError;

/// How many tickets are read at once.
const CHUNK: i64 = 2_000;

/// A row of the table, with its folded title; as JSON an array in this order.
#[derive(Deserialize)]
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
    /// Hands out every ticket that is not sold, with its folded title.
    ///
    /// A server that starts waits for it. Two thousand rows in one text are read three times as fast as row by row, of which each value
    /// is copied from one thread to another.
    pub(crate) async fn unsold(
        &self,
        mut put: impl FnMut(Ticket, Box<str>) + Send,
    ) -> Result<(), TicketsError> {
        let mut after = BEFORE_ALL.to_owned();
        loop {
            // PostgreSQL 15 has not SQLite's functions, and later versions have some of these names for something else.
            let rows = event_log::query_scalar!(
                sqlite = r#"SELECT json_group_array(json_array(id, seller_id, title, title_folded, price_cents, refund_hours, version,
                       offer_version, order_id, held_until, created_at)) AS "rows!: String"
                   FROM (SELECT id, seller_id, title, title_folded, price_cents, refund_hours, version, offer_version, order_id,
                             held_until, created_at
                         FROM tickets WHERE free_from IS NOT NULL AND id > $1 ORDER BY id LIMIT $2) AS chunk"#,
                postgres = r#"SELECT CAST(coalesce(json_agg(json_build_array(id, seller_id, title, title_folded, price_cents, refund_hours,
                       version, offer_version, order_id, held_until, created_at)), '[]') AS TEXT) AS "rows!: String"
                   FROM (SELECT id, seller_id, title, title_folded, price_cents, refund_hours, version, offer_version, order_id,
                             held_until, created_at
                         FROM tickets WHERE free_from IS NOT NULL AND id > $1 ORDER BY id LIMIT $2) AS chunk"#,
                after,
                CHUNK
            )
            .fetch_one(self.0)
            .await?;
            let rows: Vec<CatalogRow> = serde_json::from_str(&rows)?;
            let Some(last) = rows.iter().map(|row| &row.id).max() else {
                return Ok(());
            };
            after.clone_from(last);
            for (ticket, folded) in rows.into_iter().filter_map(CatalogRow::read) {
                put(ticket, folded);
            }
        }
    }

    /// Those of these tickets that are not sold, with their folded titles.
    pub(crate) async fn unsold_of(&self, ids: &[TicketId]) -> Result<Vec<(Ticket, Box<str>)>, TicketsError> {
        let ids = serde_json::to_string(ids)?;
        let rows = event_log::query_as!(
            CatalogRow,
            "SELECT id, seller_id, title, title_folded, price_cents, refund_hours, version, offer_version, order_id,
                 held_until, created_at
             FROM tickets WHERE id IN (SELECT r.value FROM json_each($1) AS r) AND free_from IS NOT NULL",
            ids
        )
        .fetch_all(self.0)
        .await?;
        Ok(rows.into_iter().filter_map(CatalogRow::read).collect())
    }
}
