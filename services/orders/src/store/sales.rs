//! Orders as the seller of their tickets sees them.

use contracts::{OrderId, Price, TicketId, Timestamp, Title, UserId};

use super::{AFTER_ALL, Queries};
use crate::error::OrdersError;
use crate::page::SaleCursor;
use crate::sale::{Earnings, Sale};

/// A row of the query.
struct SaleRow {
    id: String,
    ticket_id: String,
    ticket_title: String,
    ticket_price_cents: i64,
    sold_at: i64,
    refunded_at: Option<i64>,
    dispute: Option<String>,
}

impl TryFrom<SaleRow> for Sale {
    type Error = OrdersError;

    fn try_from(row: SaleRow) -> Result<Self, OrdersError> {
        let corrupt = |reason: &str| OrdersError::Corrupt {
            id: row.id.clone(),
            reason: reason.to_owned(),
        };
        let dispute = row.dispute.as_deref().map(str::parse).transpose();
        Ok(Self {
            order: OrderId::parse(&row.id).map_err(|_| corrupt("id"))?,
            ticket: TicketId::parse(&row.ticket_id).map_err(|_| corrupt("ticket_id"))?,
            title: Title::parse(&row.ticket_title).map_err(|_| corrupt("ticket_title"))?,
            price: Price::from_cents(row.ticket_price_cents).ok_or_else(|| corrupt("ticket_price_cents"))?,
            sold_at: Timestamp::from_millis(row.sold_at),
            refunded_at: row.refunded_at.map(Timestamp::from_millis),
            dispute: dispute.map_err(|_| corrupt("dispute"))?,
        })
    }
}

/// The sums of [`Queries::earnings_of`].
struct EarningsRow {
    tickets: i64,
    cents: i64,
}

impl Queries<'_> {
    /// Sales of a seller, the latest first, after one of them.
    pub(crate) async fn sales_of(
        &self,
        seller: UserId,
        after: Option<SaleCursor>,
        limit: u32,
    ) -> Result<Vec<Sale>, OrdersError> {
        let seller = seller.to_string();
        let sold_at = after.map_or(i64::MAX, |cursor| cursor.sold_at.as_millis());
        let id = after.map_or_else(|| AFTER_ALL.to_owned(), |cursor| cursor.order.to_string());
        let limit = i64::from(limit);
        let rows = event_log::query_as!(
            SaleRow,
            r#"SELECT orders.id, ticket_id, ticket_title, ticket_price_cents, paid_at AS "sold_at!",
               CASE WHEN orders.status = 'cancelled' THEN cancelled_at END AS "refunded_at: i64",
               (SELECT disputes.status FROM disputes WHERE disputes.order_id = orders.id
                ORDER BY CASE disputes.status WHEN 'open' THEN 0 WHEN 'lost' THEN 1 ELSE 2 END LIMIT 1) AS "dispute: String"
           FROM orders
           WHERE seller_id = $1 AND paid_at IS NOT NULL AND (paid_at, orders.id) < ($2, $3)
           ORDER BY paid_at DESC, orders.id DESC LIMIT $4"#,
            seller,
            sold_at,
            id,
            limit,
        )
        .fetch_all(self.0)
        .await?;
        rows.into_iter().map(Sale::try_from).collect()
    }

    /// A seller's earnings from all sales together.
    pub(crate) async fn earnings_of(&self, seller: UserId) -> Result<Earnings, OrdersError> {
        let seller = seller.to_string();
        let row = event_log::query_as!(
            EarningsRow,
            r#"SELECT count(*) AS "tickets!: i64", CAST(coalesce(sum(ticket_price_cents), 0) AS BIGINT) AS "cents!: i64"
           FROM orders WHERE seller_id = $1 AND paid_at IS NOT NULL AND status = 'complete'"#,
            seller,
        )
        .fetch_one(self.0)
        .await?;
        Ok(Earnings {
            tickets: u64::try_from(row.tickets).unwrap_or_default(),
            cents: row.cents,
        })
    }
}
