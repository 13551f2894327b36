//! Lists of orders for buyers and of sales for sellers.

use contracts::views::OrderView;
use contracts::{OrderId, UserId};

use super::Orders;
use crate::domain::Order;
use crate::error::OrdersError;
use crate::page::{Page, SaleCursor, Sort, size};
use crate::sale::{Earnings, Sale};
use crate::store;
use crate::views::OrderDetails;

impl Orders {
    /// A page of the orders of a buyer, in any status, as of now: at most `limit` of those after `after`, and at most
    /// [`MAX_PAGE`](crate::MAX_PAGE).
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn page_of_buyer(
        &self,
        buyer: UserId,
        sort: Sort,
        after: Option<OrderId>,
        limit: u32,
    ) -> Result<Page<OrderDetails, OrderId>, OrdersError> {
        let page = self.page(buyer, sort, after, limit).await?;
        Ok(page.map(|order| order.details()))
    }

    /// The same, as the REST API lists them, the oldest first.
    ///
    /// # Errors
    /// Internal ones only.
    pub(crate) async fn views_of_buyer(
        &self,
        buyer: UserId,
        after: Option<OrderId>,
        limit: u32,
    ) -> Result<Page<OrderView, OrderId>, OrdersError> {
        let page = self.page(buyer, Sort::Oldest, after, limit).await?;
        Ok(page.map(|order| order.view()))
    }

    /// Every order of a buyer, without a bound, as the REST API lists them, the oldest first.
    ///
    /// # Errors
    /// Internal ones only.
    pub(crate) async fn all_views_of_buyer(&self, buyer: UserId) -> Result<Vec<OrderView>, OrdersError> {
        let orders = store::Queries::on(self.db.reader())
            .of_buyer(buyer, Sort::Oldest, None, None)
            .await?;
        Ok(self.as_of_now(orders).iter().map(Order::view).collect())
    }

    async fn page(
        &self,
        buyer: UserId,
        sort: Sort,
        after: Option<OrderId>,
        limit: u32,
    ) -> Result<Page<Order, OrderId>, OrdersError> {
        let size = size(limit);
        // One more than the page shows whether there is a next one.
        let orders = store::Queries::on(self.db.reader())
            .of_buyer(buyer, sort, after, Some(size + 1))
            .await?;
        Ok(Page::of(self.as_of_now(orders), size, |last| last.id))
    }

    /// A page of the sales of a seller, the latest first: at most `limit` of those after `after`, and at
    /// most [`MAX_PAGE`](crate::MAX_PAGE).
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn sales_of(
        &self,
        seller: UserId,
        after: Option<SaleCursor>,
        limit: u32,
    ) -> Result<Page<Sale, SaleCursor>, OrdersError> {
        let size = size(limit);
        let sales = store::Queries::on(self.db.reader())
            .sales_of(seller, after, size + 1)
            .await?;
        Ok(Page::of(sales, size, Sale::cursor))
    }

    /// A seller's earnings from all sales together. Refunded tickets earned nothing.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn earnings_of(&self, seller: UserId) -> Result<Earnings, OrdersError> {
        store::Queries::on(self.db.search_reader())
            .earnings_of(seller)
            .await
    }

    fn as_of_now(&self, orders: Vec<Order>) -> Vec<Order> {
        let now = self.now();
        orders.into_iter().map(|order| order.as_of(now)).collect()
    }
}
