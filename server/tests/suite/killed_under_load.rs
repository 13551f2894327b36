//! The real server killed with SIGKILL at random moments under load, again and again: nothing acknowledged is lost, no
//! event has its effect twice, and every copy ends up equal to its source.

use std::time::Duration;

use crate::kill::load::Load;
use crate::support::process::Process;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const ROUNDS: usize = 25;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_is_double_however_often_the_server_is_killed() {
    let seed: u64 = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_260_131);
    println!("SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut load = Load::new(seed);
    for _ in 0..ROUNDS {
        let server = Process::start(folder.path(), &[]).await;
        let moment = Duration::from_millis(random.random_range(20..400));
        load.run_until_killed(server, moment).await;
    }
    let acknowledged = load.acknowledged();
    println!(
        "acknowledged: {} tickets, {} orders, {} cancels",
        acknowledged.tickets.len(),
        acknowledged.orders.len(),
        acknowledged.cancelled.len()
    );
    assert!(
        acknowledged.tickets.len() > ROUNDS && acknowledged.orders.len() > ROUNDS,
        "the load did nothing"
    );

    let server = Process::start(folder.path(), &[]).await;
    server.wait_until_delivered().await;
    server.terminate().await;
    crate::kill::sweep::assert_sound(folder.path(), &acknowledged).await;
}

/// Negative control: an event that is taken away from a copy is found by the sweep.
#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "orders' copy of the tickets equals the tickets")]
async fn the_sweep_finds_a_copy_that_differs() {
    let folder = tempfile::tempdir().unwrap();
    let mut load = Load::new(1);
    let server = Process::start(folder.path(), &[]).await;
    load.run_until_killed(server, Duration::from_millis(400)).await;
    let server = Process::start(folder.path(), &[]).await;
    server.wait_until_delivered().await;
    server.terminate().await;
    crate::kill::sweep::execute(
        folder.path(),
        "orders",
        "UPDATE tickets SET version = version + 1",
    )
    .await;
    crate::kill::sweep::assert_sound(folder.path(), &load.acknowledged()).await;
}
