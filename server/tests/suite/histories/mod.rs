//! Random histories of buyers, clocks, crashes and a payment provider, against a model, and after them the invariant
//! sweep.
//!
//! On PostgreSQL two processes take turns at each world.
//!
//! A history is the life of one ticket. Twenty of them share the databases of one world and are interleaved at random, for
//! the relays and the workers serve all at once. A world is replayed by its seed: `SEED=7 WORLDS=1 cargo test histories`.

mod controls;
mod delivery;
mod model;
mod offers;
mod provider;
mod step;
mod world;

use std::sync::atomic::{AtomicU64, Ordering};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use world::World;

/// Histories in a world.
const HISTORIES: usize = 20;
/// Steps of a world, a dozen per history.
const STEPS: usize = 12 * HISTORIES;
/// Worlds, unless set by `WORLDS`: thirty thousand histories. By hand there are more: `WORLDS=5000`.
const WORLDS: u64 = 1_500;
/// The same on PostgreSQL, where a commit takes longer: four hundred histories. By hand there are more: `WORLDS=500`.
const WORLDS_ON_POSTGRES: u64 = 20;
const FIRST_SEED: u64 = 1;

fn from_variable(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn every_invariant_holds_after_any_history() {
    let worlds = if test_support::is_on_postgres() {
        WORLDS_ON_POSTGRES
    } else {
        WORLDS
    };
    let (first, worlds) = (from_variable("SEED", FIRST_SEED), from_variable("WORLDS", worlds));
    println!(
        "SEED={first} WORLDS={worlds}, {} histories",
        worlds * HISTORIES as u64
    );
    let next = AtomicU64::new(first);
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + worlds {
                        return;
                    }
                    let _replay = SaySeed(seed);
                    runtime.block_on(run(seed));
                }
            });
        }
    });
}

async fn run(seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::open(seed, HISTORIES).await;
    world.start_second_process().await;
    for _ in 0..STEPS {
        let step = step::any(&mut random);
        let history = random.random_range(0..HISTORIES);
        step::take(&mut world, &mut random, history, step).await;
        world.compare(history, step).await;
        world.take_turns().await;
    }
    world.settle().await;
    for history in 0..HISTORIES {
        world.compare(history, step::Step::Expire).await;
    }
    world.assert_invariants().await;
    world.close().await;
}

/// Names the seed when its world ends in a panic.
struct SaySeed(u64);

impl Drop for SaySeed {
    #[expect(clippy::print_stdout, reason = "the seed replays a failed history")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("replay with SEED={} WORLDS=1", self.0);
        }
    }
}
