//! Follows what other processes do with a schema, and decides which of them leads.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::connections;
use super::lead_lock;
use crate::database::location::PostgresLocation;
use crate::database::log::advance;
use crate::database::others::Others;
use crate::database::running_time::RunningTime;
use crate::supervisor::{Supervisor, SupervisorOptions, TaskStatus};
use crate::{DatabaseError, SharedClock, store};

/// How often to look without a notification, and to try to become the leader: another process takes over within this time after the
/// leader's connection has ended.
const LOOK: Duration = Duration::from_secs(1);

/// How often the leader saves the running time, so that the processes differ by little more.
const SAVE: Duration = Duration::from_secs(5);

/// How long to wait before connecting again.
const RECONNECT: Duration = Duration::from_millis(500);

/// How many events are read at once.
const BATCH: usize = 256;

/// A task with a connection of its own: it listens for the commits of other processes, makes those of this one known, and holds the
/// lock of the leader if it gets it.
pub(super) struct Follower {
    /// The newest sequence that this process has committed, to be made known to the others. That is done after the commit and outside of
    /// its transaction: inside, every commit would take a lock of the whole server. One notification stands for all commits since the
    /// one before.
    committed: watch::Sender<i64>,
    met: watch::Receiver<i64>,
    is_leader: Arc<watch::Sender<bool>>,
    supervisor: Supervisor,
    _stop_on_drop: DropGuard,
}

/// The context of the task.
pub(super) struct Followed {
    pub(super) name: &'static str,
    pub(super) location: PostgresLocation,
    pub(super) newest: Arc<watch::Sender<i64>>,
    pub(super) others: Arc<Others>,
    /// The sequence of the last event that was met, and that the listeners were notified of.
    pub(super) met: watch::Sender<i64>,
    pub(super) running_time: Arc<RunningTime>,
    pub(super) clock: SharedClock,
}

impl Follower {
    pub(super) fn start(followed: Followed) -> Self {
        let supervisor = Supervisor::new(SupervisorOptions {
            attempts: u32::MAX,
            ..SupervisorOptions::default()
        });
        let (committed, to_notify) = watch::channel(0);
        let is_leader = Arc::new(watch::Sender::new(false));
        let name = format!("follow:{}", followed.name);
        let met = followed.met.subscribe();
        let following = Arc::new(Following {
            followed,
            to_notify,
            is_leader: Arc::clone(&is_leader),
        });
        supervisor.start(name, move |stop: CancellationToken| {
            let following = Arc::clone(&following);
            async move {
                stop.run_until_cancelled(following.run()).await;
                following.is_leader.send_replace(false);
            }
        });
        Self {
            committed,
            met,
            is_leader,
            _stop_on_drop: supervisor.stop_token().drop_guard(),
            supervisor,
        }
    }

    pub(super) fn committed(&self, newest: i64) {
        self.committed.send_replace(newest);
    }

    pub(super) fn is_leader(&self) -> watch::Receiver<bool> {
        self.is_leader.subscribe()
    }

    /// The sequence of the last event that the listeners were notified of, if it is another process'.
    pub(super) fn met(&self) -> watch::Receiver<i64> {
        self.met.clone()
    }

    pub(super) fn status(&self) -> Vec<TaskStatus> {
        self.supervisor.status()
    }

    pub(super) async fn stop(&self) {
        self.supervisor.stop().await;
    }
}

/// The task.
struct Following {
    followed: Followed,
    to_notify: watch::Receiver<i64>,
    is_leader: Arc<watch::Sender<bool>>,
}

impl Following {
    async fn run(&self) {
        loop {
            if let Err(error) = self.follow().await {
                tracing::warn!(
                    database = self.followed.name,
                    %error,
                    "lost the connection that follows other processes"
                );
            }
            // Its lock has ended with the connection.
            self.is_leader.send_replace(false);
            tokio::time::sleep(RECONNECT).await;
        }
    }

    /// Follows until the connection is lost.
    async fn follow(&self) -> Result<(), DatabaseError> {
        let channel = format!("ticketing_{}", self.followed.location.schema);
        let pool = connections::following(&self.followed.location);
        let mut listener = PgListener::connect_with(&pool).await?;
        // It must not connect anew by itself, which takes long while the server is gone: a look that became due meanwhile would go on
        // with the new connection, and this process would lead without the lock, which has ended with the old one.
        listener.eager_reconnect(false);
        listener.listen(&channel).await?;
        let mut to_notify = self.to_notify.clone();
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut saved = Instant::now();
        loop {
            tokio::select! {
                // In this order: what is due every second must not wait for a stream of notifications to end.
                biased;
                _ = look.tick() => {
                    self.try_to_lead(&mut listener).await?;
                    self.look(&mut listener).await?;
                    if *self.is_leader.borrow() && saved.elapsed() >= SAVE {
                        saved = Instant::now();
                        self.save_running_time(&mut listener).await?;
                    }
                }
                Ok(()) = to_notify.changed() => {
                    let newest = *to_notify.borrow_and_update();
                    let connection = sqlx::Acquire::acquire(&mut listener).await?;
                    store::postgres::notify(connection, &channel, newest).await?;
                }
                notification = listener.try_recv() => {
                    let Some(notification) = notification? else { return Ok(()) };
                    if let Ok(newest) = notification.payload().parse() {
                        self.meet(newest, &mut listener).await?;
                    }
                }
            }
        }
    }

    async fn try_to_lead(&self, listener: &mut PgListener) -> Result<(), sqlx::Error> {
        if *self.is_leader.borrow() {
            return Ok(());
        }
        let key = lead_lock(&self.followed.location.schema);
        let leads = store::postgres::try_lock(sqlx::Acquire::acquire(listener).await?, key).await?;
        if leads {
            tracing::info!(
                database = self.followed.name,
                "this process runs its relays and workers"
            );
            self.is_leader.send_replace(true);
        }
        Ok(())
    }

    /// What notifications tell, for those that were lost.
    async fn look(&self, listener: &mut PgListener) -> Result<(), DatabaseError> {
        let connection = sqlx::Acquire::acquire(&mut *listener).await?;
        let newest = store::events::newest_sequence(&mut *connection).await?;
        let running_time_ms = store::running_time::find(&mut *connection).await?;
        self.followed
            .running_time
            .catch_up(running_time_ms, &self.followed.clock);
        self.meet(newest, listener).await
    }

    async fn save_running_time(&self, listener: &mut PgListener) -> Result<(), DatabaseError> {
        let running_time_ms = self.followed.running_time.now_ms(&self.followed.clock);
        let connection = sqlx::Acquire::acquire(listener).await?;
        store::running_time::save(connection, running_time_ms).await
    }

    /// There are events up to this sequence.
    async fn meet(&self, newest: i64, listener: &mut PgListener) -> Result<(), DatabaseError> {
        let followed = &self.followed;
        loop {
            let position = *followed.met.borrow();
            if position >= newest {
                break;
            }
            let connection = sqlx::Acquire::acquire(&mut *listener).await?;
            let events = store::events::after(connection, position, BATCH).await?;
            let Some(last) = events.last().map(|event| event.sequence) else {
                break;
            };
            followed.others.met(events);
            followed.met.send_replace(last);
        }
        // Afterwards: those who are woken find that what is kept in memory knows of it.
        let met = *followed.met.borrow();
        advance(&followed.newest, newest.max(met));
        Ok(())
    }
}
