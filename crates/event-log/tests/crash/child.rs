//! The process that writes and relays until it kills itself.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use event_log::{
    ApplyError, Backoff, BoxFuture, Database, DatabaseError, DatabaseOptions, Event, Handler, IdSource,
    Observer, Relay, RelayOptions, SystemClock, Transaction, status,
};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio_util::sync::CancellationToken;

use crate::support::ledger::{CHANGED, add_within, enter};
use crate::support::{MIGRATIONS, until};
use crate::unsound::Unsound;
use crate::verify::Written;

/// How many events each of the two writers of a process writes.
const EVENTS: u32 = 60;

pub(crate) struct Plan {
    folder: PathBuf,
    relay: String,
    fuse: Arc<Fuse>,
    seed: u64,
}

impl Plan {
    /// `None` unless the process was started for this purpose.
    pub(crate) fn from_environment() -> Option<Self> {
        let fuse = Fuse {
            step: variable("CRASH_STEP")?,
            left: AtomicU32::new(variable("CRASH_AFTER")?),
        };
        Some(Self {
            folder: variable("CRASH_FOLDER")?,
            relay: variable("CRASH_RELAY")?,
            fuse: Arc::new(fuse),
            seed: variable("CRASH_SEED")?,
        })
    }
}

fn variable<T: FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

/// Kills the process when it has reached a step this often.
pub(crate) struct Fuse {
    step: String,
    left: AtomicU32,
}

impl Fuse {
    pub(crate) fn reached(&self, step: &str) {
        if step == self.step && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap();
            unreachable!("a process does not survive SIGKILL");
        }
    }
}

#[tokio::main]
pub(crate) async fn run(plan: &Plan) {
    let fuse = Arc::clone(&plan.fuse);
    let observer = Observer::new(move |step| fuse.reached(&format!("{step:?}")));
    let source = open(plan, "source").await.observed_by(observer.clone());
    let consumer = open(plan, "consumer").await.observed_by(observer.clone());

    let stop = CancellationToken::new();
    let relaying = match plan.relay.as_str() {
        "sound" => {
            let handler = Moody(Mutex::new(StdRng::seed_from_u64(plan.seed)));
            tokio::spawn(
                Relay::new(source.clone(), consumer.clone(), handler, options(observer)).run(stop.clone()),
            )
        }
        order => {
            let unsound = Unsound::new(
                source.clone(),
                consumer.clone(),
                order == "cursor-first",
                Arc::clone(&plan.fuse),
            );
            tokio::spawn(unsound.run(stop.clone()))
        }
    };
    let writers = [1, 2].map(|n| {
        tokio::spawn(write(
            source.clone(),
            StdRng::seed_from_u64(plan.seed.wrapping_add(n)),
        ))
    });
    for writer in writers {
        writer.await.unwrap();
    }
    if plan.relay == "sound" {
        until(async || {
            let status = status(&source, &consumer).await.unwrap();
            status.lag == 0 && status.retrying == 0
        })
        .await;
    }
    stop.cancel();
    relaying.await.unwrap();
    source.close().await;
    consumer.close().await;
    println!("finished");
}

async fn open(plan: &Plan, name: &'static str) -> Database {
    let path = plan.folder.join(name).with_extension("sqlite");
    let clock = SystemClock::shared();
    let ids = IdSource::system(clock.clone());
    Database::open(
        DatabaseOptions {
            location: path.into(),
            name,
            readers: 2,
        },
        &*MIGRATIONS,
        clock,
        ids,
    )
    .await
    .unwrap()
}

/// Small batches, so that there are many of each step, and attempts without end, so that nothing becomes a dead letter.
fn options(observer: Observer) -> RelayOptions {
    RelayOptions {
        batch: 8,
        poll: Duration::from_millis(2),
        attempts: u32::MAX,
        event_backoff: Backoff {
            first: Duration::from_millis(1),
            longest: Duration::from_millis(4),
        },
        observer,
        ..RelayOptions::default()
    }
}

/// Changes accounts, sometimes rolling back, and reports what was acknowledged.
async fn write(source: Database, mut random: StdRng) {
    for _ in 0..EVENTS {
        let account = format!("account-{}", random.random_range(0..20));
        let amount = random.random_range(100..1000);
        let regrets = random.random_bool(0.1);
        let id = account.clone();
        let write = source.write(move |tx| {
            Box::pin(async move {
                let sequence = add_within(tx, &id, amount).await?;
                if regrets {
                    Err(DatabaseError::from(sqlx::Error::RowNotFound))
                } else {
                    Ok(sequence)
                }
            })
        });
        if let Ok(sequence) = write.await {
            println!(
                "{}",
                Written {
                    sequence,
                    account,
                    amount
                }
            );
        }
    }
}

/// Enters events, and rejects one in eight at random.
struct Moody(Mutex<StdRng>);

impl Handler for Moody {
    fn subjects(&self) -> &'static [&'static str] {
        &[CHANGED]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            enter(tx, "source", event).await?;
            if self.0.lock().unwrap().random_bool(0.125) {
                return Err(ApplyError::Rejected("in no mood".into()));
            }
            Ok(())
        })
    }
}
