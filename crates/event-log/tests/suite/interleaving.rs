//! Two sources, one consumer: whatever the order of writes, sweeps, failures and restarts, the consumer ends up the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::ledger::{CHANGED, add, enter};
use crate::support::{Scratch, number, options};
use event_log::sql::unchecked_scalar;
use event_log::{
    ApplyError, BoxFuture, Database, Event, Handler, Relay, RelayOptions, Transaction, VersionCheck,
    next_version, status,
};
use proptest::prelude::*;

/// The next step.
#[derive(Clone, Copy, Debug)]
enum Happening {
    /// The first source changes an account.
    Account(u8),
    /// The second source changes a card, which the consumer rejects before its account exists.
    Card(u8),
    SweepAccounts,
    SweepCards,
    /// Time passes, and the retry queue is due.
    Pause,
    /// The consumer's database fails at the n-th event from here, after its effect.
    FailAt(usize),
    /// The consumer's process ends and starts again.
    Restart,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0_u8..3).prop_map(Happening::Account),
        4 => (0_u8..3).prop_map(Happening::Card),
        2 => Just(Happening::SweepAccounts),
        2 => Just(Happening::SweepCards),
        1 => Just(Happening::Pause),
        2 => (1_usize..5).prop_map(Happening::FailAt),
        1 => Just(Happening::Restart),
    ]
}

/// Applies an event as the next version of its aggregate alone.
struct InOrder {
    source: &'static str,
    fail_at: Arc<AtomicUsize>,
}

impl InOrder {
    async fn version(&self, tx: &mut Transaction, aggregate_id: &str) -> Result<Option<i64>, ApplyError> {
        let version = unchecked_scalar("SELECT max(version) FROM entries WHERE aggregate_id = $1")
            .bind(aggregate_id)
            .fetch_one(tx.connection())
            .await?;
        Ok(version)
    }
}

impl Handler for InOrder {
    fn subjects(&self) -> &'static [&'static str] {
        &[CHANGED]
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(async move {
            let current = self.version(tx, &event.aggregate_id).await?;
            match next_version(current, event.aggregate_version) {
                VersionCheck::Apply => {}
                VersionCheck::Duplicate => return Ok(()),
                VersionCheck::Gap => return Err(ApplyError::Rejected("a version is missing".into())),
            }
            if let Some(number) = event.aggregate_id.strip_prefix("card-") {
                let account = format!("account-{number}");
                if self.version(tx, &account).await?.is_none() {
                    return Err(ApplyError::Rejected(format!("{account} is unknown")));
                }
            }
            enter(tx, self.source, event).await?;
            match self
                .fail_at
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            {
                Ok(1) => Err(sqlx::Error::PoolTimedOut.into()),
                _ => Ok(()),
            }
        })
    }
}

struct World {
    scratch: Scratch,
    accounts: Database,
    cards: Database,
    consumer: Database,
    fail_at: Arc<AtomicUsize>,
}

impl World {
    async fn new() -> Self {
        let scratch = Scratch::new();
        let (accounts, cards) = (scratch.open("accounts").await, scratch.open("cards").await);
        let consumer = scratch.open("consumer").await;
        Self {
            scratch,
            accounts,
            cards,
            consumer,
            fail_at: Arc::default(),
        }
    }

    /// Failures of the database are expected; the next pass retries.
    async fn deliver_pending(&self, source: &Database) {
        let handler = InOrder {
            source: source.name(),
            fail_at: Arc::clone(&self.fail_at),
        };
        let options = RelayOptions {
            batch: 4,
            attempts: 1000,
            ..options()
        };
        let _failed_or_not = Relay::new(source.clone(), self.consumer.clone(), handler, options)
            .deliver_pending()
            .await;
    }

    async fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Account(n) => drop(add(&self.accounts, &format!("account-{n}"), 1).await.unwrap()),
            Happening::Card(n) => drop(add(&self.cards, &format!("card-{n}"), 1).await.unwrap()),
            Happening::SweepAccounts => self.deliver_pending(&self.accounts).await,
            Happening::SweepCards => self.deliver_pending(&self.cards).await,
            Happening::Pause => self.scratch.clock.advance(Duration::from_mins(2)),
            Happening::FailAt(n) => self.fail_at.store(n, Ordering::Relaxed),
            Happening::Restart => {
                self.consumer.close().await;
                self.consumer = self.scratch.open("consumer").await;
            }
        }
    }

    /// Every account has a first version in the end, so every card can be applied; and everything due is retried.
    async fn settle(&mut self) {
        for n in 0..3 {
            self.happen(Happening::Account(n)).await;
        }
        for _ in 0..8 {
            self.happen(Happening::Pause).await;
            self.deliver_pending(&self.accounts).await;
            self.deliver_pending(&self.cards).await;
        }
    }

    async fn check(&self) {
        for source in [&self.accounts, &self.cards] {
            let status = status(source, &self.consumer).await.unwrap();
            assert_eq!(
                (status.lag, status.retrying, status.dead_lettered),
                (0, 0, 0),
                "{status:?}"
            );
        }
        let published = number(&self.accounts, "SELECT count(*) FROM events").await
            + number(&self.cards, "SELECT count(*) FROM events").await;
        assert_eq!(
            number(&self.consumer, "SELECT count(*) FROM entries").await,
            published
        );
        // One entry for each version, each one later than the version before it.
        let disorder = "SELECT count(*) FROM entries AS entry WHERE version <>
            (SELECT count(*) FROM entries WHERE aggregate_id = entry.aggregate_id AND rowid < entry.rowid)";
        assert_eq!(number(&self.consumer, disorder).await, 0);
        assert_eq!(
            self.consumer.integrity_check().await.unwrap(),
            Vec::<String>::new()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn consumer_ends_up_the_same(happenings in prop::collection::vec(happening(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for happening in happenings {
                world.happen(happening).await;
            }
            world.settle().await;
            world.check().await;
        });
    }
}

#[tokio::test]
async fn card_before_its_account_waits_for_it_in_order() {
    let mut world = World::new().await;
    for happening in [
        Happening::Card(0),
        Happening::Card(0),
        Happening::Card(1),
        Happening::SweepCards,
    ] {
        world.happen(happening).await;
    }
    assert_eq!(number(&world.consumer, "SELECT count(*) FROM entries").await, 0);
    assert_eq!(status(&world.cards, &world.consumer).await.unwrap().retrying, 2);
    world.settle().await;
    world.check().await;
}
