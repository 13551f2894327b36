//! A database that cannot be read leaves out its own metrics and no others.

use super::scrape;
use crate::support::TestServer;
use test_support::occupy_writer;

#[tokio::test]
async fn what_cannot_be_read_is_left_out_and_counted() {
    let server = TestServer::start().await;
    let group = |name: &'static str| [("group", name)];
    let sound = scrape(&server).await;
    assert!(sound.find("ticketing_holds_live", &[]).is_some());
    let errors = "ticketing_scrape_errors_total";
    assert_eq!(sound.value(errors, &group("orders")).to_string(), "0");
    let orders = server.database("orders");
    orders.close().await;
    // An error is part of the next scrape: the counters of this one were taken before.
    let _first = scrape(&server).await;
    let broken = scrape(&server).await;
    assert_eq!(broken.find("ticketing_holds_live", &[]), None);
    assert_eq!(broken.find("ticketing_holds_overdue", &[]), None);
    let with_orders = [("source", "tickets"), ("consumer", "orders")];
    assert_eq!(broken.find("ticketing_relay_lag_events", &with_orders), None);
    assert!(broken.value(errors, &group("orders")) >= 1.0);
    assert!(broken.value(errors, &group("relay:tickets:orders")) >= 1.0);
    // All else is there.
    let others = [("source", "auth"), ("consumer", "tickets")];
    assert!(broken.find("ticketing_relay_lag_events", &others).is_some());
    assert!(broken.find("ticketing_payments_open", &[]).is_some());
    assert!(
        broken
            .find("ticketing_reservations_total", &[("outcome", "won")])
            .is_some()
    );
    assert_eq!(broken.value(errors, &group("payments")).to_string(), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn scrape_waits_for_no_writer_and_no_writer_for_it() {
    let server = TestServer::start().await;
    let release = occupy_writer(server.database("orders")).await;
    let during = scrape(&server).await;
    assert!(
        during.find("ticketing_holds_live", &[]).is_some(),
        "it reads beside a writer"
    );
    let in_use = [("database", "orders"), ("pool", "write")];
    assert_eq!(
        during
            .value("ticketing_database_connections_in_use", &in_use)
            .to_string(),
        "1"
    );
    drop(release);
    server.finish().await;
}
