//! Many buyers of one ticket at once.

use orders::OrdersError;

use crate::app::TestApp;

const BUYERS: usize = 200;

/// Lets all buyers reserve the same ticket at once; returns how many got it, and how many were refused because it is reserved.
async fn race(app: &TestApp) -> (usize, usize) {
    let ticket = app.ticket().await;
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(BUYERS));
    let buyers: Vec<_> = (0..BUYERS)
        .map(|_| {
            let (orders, buyer, start) = (app.orders.clone(), app.world.user().id, start.clone());
            tokio::spawn(async move {
                start.wait().await;
                orders.reserve(buyer, ticket).await
            })
        })
        .collect();
    let (mut winners, mut refused) = (0, 0);
    for buyer in buyers {
        match buyer.await.unwrap() {
            Ok(_) => winners += 1,
            Err(OrdersError::Reserved) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    (winners, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_200_buyers_gets_the_ticket() {
    let app = TestApp::start().await;
    assert_eq!(race(&app).await, (1, BUYERS - 1));
    assert_eq!(app.written().await.len(), 1);
    assert_eq!(app.events().await.len(), 1);
}

/// The negative control: the index lets only one of them through.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_the_index_several_buyers_win() {
    let app = TestApp::start().await;
    app.drop_index().await;
    let (winners, refused) = race(&app).await;
    assert!(winners > 1, "{winners} winners, {refused} refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_cancellations_publish_one_event() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let cancels: Vec<_> = (0..20)
        .map(|_| {
            let (orders, buyer) = (app.orders.clone(), app.buyer.id);
            tokio::spawn(async move { orders.cancel(buyer, order.id).await.unwrap() })
        })
        .collect();
    for cancel in cancels {
        assert_eq!(cancel.await.unwrap().version, 1);
    }
    assert_eq!(app.events().await.len(), 2);
}
