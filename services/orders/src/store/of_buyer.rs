//! The orders of a buyer.

use contracts::{OrderId, UserId};

use super::{AFTER_ALL, BEFORE_ALL, OrderRow, Queries};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::page::Sort;

impl Queries<'_> {
    /// Orders of a buyer after one of them, in that sort order; all of them without a limit.
    pub(crate) async fn of_buyer(
        &self,
        buyer: UserId,
        sort: Sort,
        after: Option<OrderId>,
        limit: Option<u32>,
    ) -> Result<Vec<Order>, OrdersError> {
        let buyer = buyer.to_string();
        let first = match sort {
            Sort::Oldest => BEFORE_ALL,
            Sort::Newest => AFTER_ALL,
        };
        let after = after.map_or_else(|| first.to_owned(), |id| id.to_string());
        let limit = limit.map_or(i64::MAX, i64::from);
        let rows = match sort {
            Sort::Oldest => {
                select_orders!(
                    "WHERE buyer_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                    buyer,
                    after,
                    limit,
                )
                .fetch_all(self.0)
                .await?
            }
            Sort::Newest => {
                select_orders!(
                    "WHERE buyer_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                    buyer,
                    after,
                    limit,
                )
                .fetch_all(self.0)
                .await?
            }
        };
        rows.into_iter().map(Order::try_from).collect()
    }
}
