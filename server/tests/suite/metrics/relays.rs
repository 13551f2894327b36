//! What is delivered, what waits, and what cannot be delivered shows per source and consumer.

use std::time::Duration;

use super::scrape;
use crate::dead_letters::publish_from_the_future;
use crate::support::TestServer;

const PAIR: [(&str, &str); 2] = [("source", "tickets"), ("consumer", "orders")];

#[tokio::test]
async fn what_waits_for_delivery_shows_with_its_age() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    seller.list("First", "20").await;
    server.advance(Duration::from_secs(7));
    seller.list("Second", "20").await;
    let waiting = scrape(&server).await;
    let value = |name: &str| waiting.value(name, &PAIR).to_string();
    assert_eq!(value("ticketing_relay_lag_events"), "2");
    assert_eq!(value("ticketing_relay_lag_seconds"), "7");
    assert_eq!(value("ticketing_relay_oldest_undelivered_event_seconds"), "7");
    assert_eq!(value("ticketing_relay_events_delivered_total"), "0");
    server.deliver().await;
    let delivered = scrape(&server).await;
    let value = |name: &str| delivered.value(name, &PAIR).to_string();
    assert_eq!(value("ticketing_relay_lag_events"), "0");
    assert_eq!(value("ticketing_relay_lag_seconds"), "0");
    assert_eq!(value("ticketing_relay_events_delivered_total"), "2");
    assert_eq!(value("ticketing_relay_batch_events_count"), "1");
    assert_eq!(value("ticketing_relay_batch_events_sum"), "2");
    server.finish().await;
}

#[tokio::test]
async fn event_that_cannot_be_applied_shows_until_it_is_replayed() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let broken = server.listed_by(&seller, "Broken", "20").await;
    publish_from_the_future(&server, &seller, broken, 5).await;
    server.deliver().await;
    let value = async |name: &str| scrape(&server).await.value(name, &PAIR).to_string();
    assert_eq!(value("ticketing_relay_retry_queue_aggregates").await, "1");
    assert_eq!(value("ticketing_relay_dead_letter_aggregates").await, "0");
    assert_eq!(value("ticketing_relay_failed_attempts_total").await, "1");
    assert_eq!(value("ticketing_relay_events_delivered_total").await, "1");
    for _ in 0..4 {
        server.advance(Duration::from_mins(1));
        server.deliver().await;
    }
    assert_eq!(value("ticketing_relay_retry_queue_aggregates").await, "0");
    assert_eq!(value("ticketing_relay_dead_letter_aggregates").await, "1");
    assert_eq!(value("ticketing_relay_failed_attempts_total").await, "5");
    assert_eq!(value("ticketing_relay_lag_seconds").await, "0", "others flow");
    assert_eq!(
        value("ticketing_relay_oldest_undelivered_event_seconds").await,
        "240"
    );
}

#[tokio::test]
async fn every_pair_and_every_database_of_the_list_is_there() {
    let server = TestServer::start().await;
    let scraped = scrape(&server).await;
    for (source, consumer) in server.databases().relay_endpoints() {
        let pair = [("source", source.name()), ("consumer", consumer.name())];
        for name in [
            "ticketing_relay_lag_events",
            "ticketing_relay_events_delivered_total",
        ] {
            assert!(scraped.find(name, &pair).is_some(), "{name} {pair:?}");
        }
    }
    for database in server.databases().all() {
        let labels = [("database", database.name())];
        for name in [
            "ticketing_database_wal_bytes",
            "ticketing_database_write_seconds_count",
        ] {
            assert!(scraped.find(name, &labels).is_some(), "{name} {labels:?}");
        }
    }
    server.finish().await;
}
