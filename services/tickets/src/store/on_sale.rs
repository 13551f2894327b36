//! The queries for available tickets.

use contracts::{Price, Timestamp};

use super::{AFTER_ALL, BEFORE_ALL, Queries, TicketRow, one_more, page_of};
use crate::domain::Ticket;
use crate::error::TicketsError;
use crate::fold::search_terms;
use crate::search::{OnSaleQuery, Page, Sort};

/// The terms that titles must contain: the most selective one, which is checked first, and the others as a
/// JSON list, which is only checked for rows that match the first.
struct Terms {
    first: String,
    rest: String,
}

impl Terms {
    fn of(search: Option<&str>) -> Self {
        let mut terms = search_terms(search).into_iter();
        let first = terms.next().unwrap_or_default();
        let rest: serde_json::Value = terms.collect();
        Self {
            first,
            rest: rest.to_string(),
        }
    }
}

/// A query for one page of available tickets. The orders differ in literals only, so that each can be checked, and served
/// by an index, separately.
macro_rules! page_of_rows {
    ($position_and_order:literal, $now:ident, $terms:ident, $limit:ident, $($position:ident),+) => {
        select_tickets!(
            "WHERE free_from <= $1 AND instr(title_folded, $2) > 0
             AND ($3 = '[]' OR NOT EXISTS (SELECT 1 FROM json_each($3) AS term WHERE instr(title_folded, term.value) = 0)) AND "
                + $position_and_order
                + " LIMIT $4",
            $now,
            $terms.first,
            $terms.rest,
            $limit,
            $($position),+
        )
    };
}

/// The id and the price in cents that a page begins after; without a cursor, ones before every ticket.
fn start_of_page(query: &OnSaleQuery) -> (String, i64) {
    let is_descending = matches!(query.sort, Sort::Newest | Sort::PriceHighest);
    let (first_id, first_cents) = if is_descending {
        (AFTER_ALL, i64::MAX)
    } else {
        (BEFORE_ALL, 0)
    };
    let id = query
        .after
        .map_or_else(|| first_id.to_owned(), |cursor| cursor.id.to_string());
    let cents = query
        .after
        .and_then(|cursor| cursor.price)
        .map_or(first_cents, Price::cents);
    (id, cents)
}

impl Queries<'_> {
    /// How many tickets can be bought now.
    pub(crate) async fn count_on_sale(
        &self,
        search: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, TicketsError> {
        let (Terms { first, rest }, now) = (Terms::of(search), now.as_millis());
        let count = sqlx::query_scalar!(
            "SELECT count(*) FROM tickets WHERE free_from <= $1 AND instr(title_folded, $2) > 0
         AND ($3 = '[]' OR NOT EXISTS (SELECT 1 FROM json_each($3) AS term WHERE instr(title_folded, term.value) = 0))",
            now,
            first,
            rest,
        )
        .fetch_one(self.0)
        .await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// When the next hold ends.
    pub(crate) async fn next_hold_end(&self, now: Timestamp) -> Result<Option<Timestamp>, TicketsError> {
        let now = now.as_millis();
        let end = sqlx::query_scalar!(
            "SELECT held_until FROM tickets WHERE held_until > $1 ORDER BY held_until LIMIT 1",
            now
        )
        .fetch_optional(self.0)
        .await?;
        Ok(end.flatten().map(Timestamp::from_millis))
    }

    /// A page of available tickets.
    pub(crate) async fn on_sale(
        &self,
        query: &OnSaleQuery,
        now: Timestamp,
    ) -> Result<Page<Ticket>, TicketsError> {
        let (terms, now) = (Terms::of(query.search.as_deref()), now.as_millis());
        let size = query.limit.clamp(1, OnSaleQuery::MAX_LIMIT);
        let limit = one_more(size);
        let (id, cents) = start_of_page(query);
        let rows = match query.sort {
            Sort::Oldest => {
                page_of_rows!("id > $5 ORDER BY id", now, terms, limit, id)
                    .fetch_all(self.0)
                    .await?
            }
            Sort::Newest => {
                page_of_rows!("id < $5 ORDER BY id DESC", now, terms, limit, id)
                    .fetch_all(self.0)
                    .await?
            }
            Sort::PriceLowest => {
                page_of_rows!(
                    "(price_cents, id) > ($5, $6) ORDER BY price_cents, id",
                    now,
                    terms,
                    limit,
                    cents,
                    id
                )
                .fetch_all(self.0)
                .await?
            }
            Sort::PriceHighest => {
                page_of_rows!(
                    "(price_cents, id) < ($5, $6) ORDER BY price_cents DESC, id DESC",
                    now,
                    terms,
                    limit,
                    cents,
                    id
                )
                .fetch_all(self.0)
                .await?
            }
        };
        page_of(rows, size, |last| query.sort.cursor(last))
    }
}
