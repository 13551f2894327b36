//! Servers and the primary of their database are killed while people buy, and nothing of what was acknowledged is lost or doubled.
//!
//! For longer than the suite does it: `FAILOVER_SECONDS=60 cargo test --package server --test failover -- --nocapture`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its set-up too"
)]
#![expect(
    clippy::print_stdout,
    reason = "what was acknowledged is shown with --nocapture"
)]

mod balancer;
mod check;
mod load;
mod member;
mod ports;
mod records;
mod servers;
mod verify;
mod world;

use std::time::{Duration, Instant};

use test_support::Replication;

use records::{Counts, KINDS};
use world::World;

/// For how long servers are killed before the primary is.
fn killing_time() -> Duration {
    let seconds = std::env::var("FAILOVER_SECONDS").ok();
    Duration::from_secs(seconds.map_or(10, |seconds| seconds.parse().unwrap()))
}

/// For how long nobody takes writes.
const OUTAGE: Duration = Duration::from_secs(1);
/// For how long people go on after that.
const AFTERWARDS: Duration = Duration::from_secs(4);
/// At least so much of everything is acknowledged before the primary is killed, and again after it.
const ENOUGH: usize = 5;
const NOTHING: Counts = [0; KINDS.len()];

/// One server is killed every second and replaced, then the primary of the database is killed and its standby promoted.
#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_writes_survive_killed_servers_and_the_loss_of_the_primary() {
    let mut world = World::start(Replication::Synchronous).await;
    let until = Instant::now() + killing_time();
    while Instant::now() < until {
        let next = Instant::now() + Duration::from_secs(1);
        world.servers.replace_one().await;
        world.assert_progress().await;
        tokio::time::sleep_until(next.into()).await;
    }
    world.wait_for_more_than(NOTHING, ENOUGH).await;
    println!("before the failover: {}", world.load.records);

    world.database.kill_primary();
    tokio::time::sleep(OUTAGE).await;
    let promoting = Instant::now();
    world.database.promote();
    let promoted = Instant::now();
    println!("promotion: {:?}", promoting.elapsed());
    world.assert_progress().await;
    println!("first write after the promotion: {:?}", promoted.elapsed());
    let before = world.load.records.counts();
    tokio::time::sleep(AFTERWARDS).await;
    world.wait_for_more_than(before, ENOUGH).await;

    world.load.stop().await;
    println!("servers killed: {}, {}", world.servers.killed, world.load.records);
    world.load.sign_in_again().await;
    world.servers.wait_until_led_once().await;
    world.wait_until_settled().await;
    assert_eq!(verify::losses(&world.database, &world.load.records), [""; 0]);
    check::assert_sound(&world.database.url());
    world.finish().await;
}

/// The same verification, where the standby has received nothing for a while: what was acknowledged meanwhile is lost, and it says so.
#[tokio::test(flavor = "multi_thread")]
async fn writes_that_an_asynchronous_standby_has_not_received_are_found_to_be_lost() {
    let mut world = World::start(Replication::Asynchronous).await;
    world.wait_for_more_than(NOTHING, ENOUGH).await;
    world.database.interrupt_replication();
    let before = world.load.records.counts();
    world.wait_for_more_than(before, ENOUGH).await;
    world.load.stop().await;
    world.wait_until_settled().await;
    let sound = verify::losses(&world.database, &world.load.records);
    assert_eq!(sound, [""; 0], "lost before the primary was");

    world.servers.kill_all().await;
    world.database.kill_primary();
    world.database.promote();
    let losses = verify::losses(&world.database, &world.load.records);
    for what in ["ticket", "order", "payment", "cancellation"] {
        let lost = format!("lost: {what} ");
        let count = losses.iter().filter(|loss| loss.starts_with(&lost)).count();
        println!("lost of each {what}: {count}");
        assert!(count >= ENOUGH, "{what}: {losses:?}");
    }
}
