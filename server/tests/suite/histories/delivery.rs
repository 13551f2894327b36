//! Repeated events.

use rand::RngExt;
use rand::rngs::StdRng;

use super::step::pick;
use super::world::World;
use crate::support::set_cursors_back;

/// Sets a cursor back, so that events are delivered again.
pub async fn deliver_again(world: &World, random: &mut StdRng) {
    let (_, consumer) = pick(random, &world.relay_endpoints());
    set_cursors_back(world.database(consumer), random.random_range(1..8)).await;
}
