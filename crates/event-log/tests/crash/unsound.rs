//! The negative control: a relay that commits the effect of an event and its cursor in two transactions.

use std::sync::Arc;
use std::time::Duration;

use event_log::sql::unchecked;
use event_log::{ApplyError, Database, DatabaseError, Event, Tail};
use tokio_util::sync::CancellationToken;

use crate::child::Fuse;
use crate::support::ledger::enter;
use crate::support::{execute, number};

pub(crate) struct Unsound {
    source: Database,
    consumer: Database,
    cursor_first: bool,
    fuse: Arc<Fuse>,
}

impl Unsound {
    pub(crate) fn new(source: Database, consumer: Database, cursor_first: bool, fuse: Arc<Fuse>) -> Self {
        Self {
            source,
            consumer,
            cursor_first,
            fuse,
        }
    }

    /// Relays until nothing is pending and it is signalled to stop.
    pub(crate) async fn run(self, stop: CancellationToken) {
        execute(
            &self.consumer,
            "CREATE TABLE IF NOT EXISTS loose_cursor (position INTEGER NOT NULL)",
        )
        .await
        .unwrap();
        let position = number(
            &self.consumer,
            "SELECT coalesce(max(position), 0) FROM loose_cursor",
        )
        .await;
        let mut tail = Tail::new(self.source.clone(), position);
        loop {
            let events = tail.pending_batch().await.unwrap();
            if events.is_empty() && stop.is_cancelled() {
                return;
            }
            for event in events {
                self.deliver(event).await;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn deliver(&self, event: Event) {
        if self.cursor_first {
            self.move_cursor(event.sequence).await;
            self.fuse.reached("Between");
            self.apply(event).await;
        } else {
            let sequence = event.sequence;
            self.apply(event).await;
            self.fuse.reached("Between");
            self.move_cursor(sequence).await;
        }
    }

    async fn apply(&self, event: Event) {
        let applied: Result<(), ApplyError> = self
            .consumer
            .write(move |tx| Box::pin(async move { enter(tx, "source", &event).await }))
            .await;
        applied.unwrap();
    }

    async fn move_cursor(&self, position: i64) {
        let moved: Result<(), DatabaseError> = self
            .consumer
            .write(move |tx| {
                Box::pin(async move {
                    let insert = "INSERT INTO loose_cursor (position) VALUES ($1)";
                    unchecked(insert).bind(position).execute(tx.connection()).await?;
                    Ok(())
                })
            })
            .await;
        moved.unwrap();
    }
}
