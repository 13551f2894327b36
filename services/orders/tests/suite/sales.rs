//! A seller's sales: page by page, and their total earnings.

use std::time::Duration;

use contracts::OrderId;
use orders::{Earnings, SaleCursor};

use crate::app::TestApp;

impl TestApp {
    /// A ticket of the seller that another user has bought.
    async fn sale(&self) -> OrderId {
        let order = self.reserve(self.ticket().await).await;
        self.paid(&order).await;
        order.id
    }

    /// A page of the seller's sales: the orders, and the cursor of the next page.
    async fn sales(&self, after: Option<SaleCursor>, limit: u32) -> (Vec<OrderId>, Option<SaleCursor>) {
        let page = self.orders.sales_of(self.seller, after, limit).await.unwrap();
        let orders = page.items.iter().map(|sale| sale.order).collect();
        (orders, page.next)
    }
}

#[tokio::test]
async fn paging_through_sales_returns_each_once() {
    let app = TestApp::start().await;
    let mut sold = Vec::new();
    // Three at one instant, and two later.
    for is_later in [false, false, false, true, true] {
        if is_later {
            app.world.clock.advance(Duration::from_secs(1));
        }
        sold.push(app.sale().await);
    }
    sold.reverse();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = app.sales(after, 2).await;
        // Tickets sold or refunded in the meantime move nothing.
        app.sale().await;
        app.orders.refund(app.buyer.id, page[0]).await.unwrap();
        seen.extend(page);
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, sold);
}

#[tokio::test]
async fn earnings_count_every_sale_that_was_not_refunded() {
    let app = TestApp::start().await;
    let none = Earnings { tickets: 0, cents: 0 };
    assert_eq!(app.orders.earnings_of(app.seller).await.unwrap(), none);
    for _ in 0..3 {
        app.sale().await;
    }
    let returned = app.sale().await;
    app.orders.refund(app.buyer.id, returned).await.unwrap();
    app.reserve(app.ticket().await).await;
    let kept = Earnings {
        tickets: 3,
        cents: 6_000,
    };
    assert_eq!(app.orders.earnings_of(app.seller).await.unwrap(), kept);
    assert_eq!(app.orders.earnings_of(app.buyer.id).await.unwrap(), none);
    // A page is only a part of it.
    assert_eq!(app.sales(None, 1).await.0, [returned]);
}
