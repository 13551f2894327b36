//! A database from before payments existed is migrated with all of its data.

use std::borrow::Cow;
use std::sync::LazyLock;

use contracts::OrderStatus;
use event_log::sql::{unchecked, unchecked_scalar};
use orders::{Orders, OrdersConfig, Sort};
use sqlx::migrate::Migrator;
use test_support::World;

static BEFORE_PAYMENTS: LazyLock<Migrator> = LazyLock::new(|| {
    let earlier = orders::MIGRATIONS
        .sqlite
        .iter()
        .filter(|migration| migration.version < 3);
    Migrator {
        migrations: Cow::Owned(earlier.cloned().collect()),
        ..Migrator::DEFAULT
    }
});

#[tokio::test]
async fn orders_from_before_payments_are_kept() {
    let world = World::new();
    let before = world.database("orders", &*BEFORE_PAYMENTS).await;
    let (ticket, order, buyer) = (world.ids.next(), world.ids.next(), world.user().id);
    let now = world.now();
    before
        .write(move |tx| {
            Box::pin(async move {
                unchecked("INSERT INTO tickets (id, seller_id, title, price_cents, version) VALUES ($1, $2, 'Concert', 2000, 0)")
                    .bind(ticket.to_string())
                    .bind(ticket.to_string())
                    .execute(tx.connection())
                    .await?;
                unchecked(
                    "INSERT INTO orders (id, buyer_id, ticket_id, status, expires_at, version, ticket_title,
                         ticket_price_cents, ticket_version, created_at, updated_at)
                     VALUES ($1, $2, $3, 'created', $4, 0, 'Concert', 2000, 0, 1, 1)",
                )
                .bind(order.to_string())
                .bind(buyer.to_string())
                .bind(ticket.to_string())
                .bind(now.as_millis() + 1_000)
                .execute(tx.connection())
                .await?;
                Ok::<_, event_log::DatabaseError>(())
            })
        })
        .await
        .unwrap();
    before.close().await;

    let after = world.database("orders", orders::MIGRATIONS).await;
    let orders = Orders::new(after.clone(), OrdersConfig::default());
    let mut kept = orders.page_of_buyer(buyer, Sort::Oldest, None, 1).await.unwrap();
    let kept = kept.items.remove(0);
    assert_eq!(
        (kept.id.to_string(), kept.status, kept.refund_window.hours()),
        (order.to_string(), OrderStatus::Created, 24)
    );
    assert_eq!(after.integrity_check().await.unwrap(), Vec::<String>::new());
    assert!(orders.reserve(world.user().id, kept.ticket).await.is_err());
    let seller: String = unchecked_scalar("SELECT seller_id FROM orders")
        .fetch_one(after.reader())
        .await
        .unwrap();
    assert_eq!(
        seller,
        ticket.to_string(),
        "the seller of its ticket, in this test"
    );
}
