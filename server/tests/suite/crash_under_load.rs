//! The real server killed with SIGKILL at random moments while users list, reserve, pay and cancel, again and again:
//! nothing acknowledged is lost, nothing is duplicated, no money is without its ticket, and every replica ends up equal to its
//! source.

use std::time::Duration;

use crate::kill::load::Load;
use crate::kill::sweep;
use crate::support::process::Process;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const ROUNDS: usize = 50;
const MAX_ROUNDS: usize = 500;
/// A delayed payment is often in progress when the server is killed.
const ARGUMENTS: [&str; 2] = ["--test-payment-delay", "200ms"];

#[tokio::test(flavor = "multi_thread")]
async fn repeated_kills_lose_and_duplicate_nothing() {
    let seed: u64 = std::env::var("SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_260_131);
    println!("SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let mut load = Load::new(seed);
    let mut rounds = 0;
    // On a busy machine a round achieves little: then there are more of them.
    while rounds < ROUNDS || !load.acknowledged().is_at_least(ROUNDS) {
        assert!(rounds < MAX_ROUNDS, "the load did nothing");
        rounds += 1;
        let server = Process::start(folder.path(), &ARGUMENTS).await;
        let moment = Duration::from_millis(random.random_range(20..400));
        load.run_until_killed(server, moment).await;
    }
    let acknowledged = load.acknowledged();
    println!(
        "acknowledged in {rounds} rounds: {} tickets, {} orders, {} payments, {} cancels",
        acknowledged.tickets.len(),
        acknowledged.orders.len(),
        acknowledged.payments.len(),
        acknowledged.cancelled.len()
    );

    let server = Process::start(folder.path(), &ARGUMENTS).await;
    sweep::wait_until_settled(folder.path()).await;
    server.wait_until_delivered().await;
    server.terminate().await;
    sweep::assert_sound(folder.path(), &acknowledged).await;
}
