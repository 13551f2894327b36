//! Keeping the writer of a database busy.

use event_log::{Database, DatabaseError};
use tokio::sync::oneshot;

/// Occupies the writer of a database until the sender is used or dropped: what is requested in the meantime queues up.
pub async fn occupy_writer(database: &Database) -> oneshot::Sender<()> {
    let (release, released) = oneshot::channel::<()>();
    let (started, has_started) = oneshot::channel();
    let database = database.clone();
    tokio::spawn(async move {
        let write = database.write(move |_| {
            Box::pin(async move {
                // The receiver waits below.
                let _ = started.send(());
                let _ = released.await;
                Ok::<_, DatabaseError>(())
            })
        });
        write.await
    });
    has_started.await.unwrap();
    release
}
