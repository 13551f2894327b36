//! Repeated events.

use event_log::DatabaseError;
use event_log::sql::unchecked;
use rand::RngExt;
use rand::rngs::StdRng;

use super::step::pick;
use super::world::World;

/// Sets a cursor back, so that events are delivered again.
pub async fn deliver_again(world: &World, random: &mut StdRng) {
    let (_, consumer) = pick(random, &world.relay_endpoints());
    let consumer = world.database(consumer);
    let back: i64 = random.random_range(1..8);
    consumer
        .write(move |tx| {
            Box::pin(async move {
                // Cursors only move forward, so one that has to go back is recreated.
                let cursors: Vec<(String, i64, i64)> =
                    unchecked("SELECT source, position, moved_at FROM cursors")
                        .fetch_all(tx.connection())
                        .await?;
                unchecked("DELETE FROM cursors").execute(tx.connection()).await?;
                for (source, position, moved_at) in cursors {
                    unchecked("INSERT INTO cursors (source, position, moved_at) VALUES ($1, $2, $3)")
                        .bind(source)
                        .bind((position - back).max(1))
                        .bind(moved_at)
                        .execute(tx.connection())
                        .await?;
                }
                Ok::<_, DatabaseError>(())
            })
        })
        .await
        .unwrap();
}
