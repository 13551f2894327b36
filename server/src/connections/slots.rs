//! Connection slots, limited in total and per client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use web::ClientAddress;

use super::phase::ConnectionState;

/// All slots, and their connections.
#[derive(Debug)]
pub(super) struct ConnectionSlots {
    total: usize,
    per_client: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    by_id: HashMap<u64, Entry>,
    by_client: HashMap<ClientAddress, usize>,
}

#[derive(Debug)]
struct Entry {
    /// `None` for a trusted proxy.
    client: Option<ClientAddress>,
    state: Arc<ConnectionState>,
    evicted: CancellationToken,
}

/// A slot, until it is dropped.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    slots: Arc<ConnectionSlots>,
    id: u64,
    /// The progress of its connection.
    pub(super) state: Arc<ConnectionState>,
    /// Cancelled when the slot is needed for a new connection.
    pub(super) evicted: CancellationToken,
}

impl ConnectionSlots {
    /// This many slots.
    pub(super) fn new(total: usize, per_client: usize) -> Self {
        Self {
            total,
            per_client,
            taken: Mutex::default(),
        }
    }

    /// Takes a slot for a connection of this client. A trusted proxy (`None`) counts in the total only.
    ///
    /// When all are taken, the connection that has waited longest for its client is evicted: half a request keeps no client out
    /// that sends a whole one. `None` if every connection is busy.
    pub(super) fn take(self: &Arc<Self>, client: Option<ClientAddress>) -> Option<ConnectionSlot> {
        let mut taken = self.taken();
        let client_count = client.map_or(0, |client| taken.by_client.get(&client).copied().unwrap_or(0));
        if client_count >= self.per_client {
            taken.evict(|entry| entry.client == client)?;
        } else if taken.by_id.len() >= self.total {
            taken.evict(|_| true)?;
        }
        let id = taken.next;
        taken.next += 1;
        let (state, evicted) = (
            Arc::new(ConnectionState::begin(Instant::now())),
            CancellationToken::new(),
        );
        let entry = Entry {
            client,
            state: Arc::clone(&state),
            evicted: evicted.clone(),
        };
        taken.by_id.insert(id, entry);
        if let Some(client) = client {
            *taken.by_client.entry(client).or_default() += 1;
        }
        Some(ConnectionSlot {
            slots: Arc::clone(self),
            id,
            state,
            evicted,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Evicts the connection that has waited longest among some.
    fn evict(&mut self, is_candidate: impl Fn(&Entry) -> bool) -> Option<()> {
        let candidates = self.by_id.iter().filter(|(_, entry)| is_candidate(entry));
        let waiting = candidates.filter_map(|(id, entry)| Some((entry.state.waiting_since()?, *id)));
        let (_, id) = waiting.min()?;
        self.remove(id).map(|entry| entry.evicted.cancel())
    }

    fn remove(&mut self, id: u64) -> Option<Entry> {
        let entry = self.by_id.remove(&id)?;
        let client = entry.client?;
        if let Some(count) = self.by_client.get_mut(&client) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_client.remove(&client);
            }
        }
        Some(entry)
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let _evicted_before = self.slots.taken().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(last: u8) -> Option<ClientAddress> {
        Some(ClientAddress::of([192, 0, 2, last].into()))
    }

    #[tokio::test]
    async fn idle_connections_are_evicted_before_busy_ones() {
        let slots = Arc::new(ConnectionSlots::new(3, 2));
        let first = slots.take(client(1)).unwrap();
        let second = slots.take(client(1)).unwrap();
        let third = slots.take(client(1)).unwrap();
        assert!(first.evicted.is_cancelled() && !second.evicted.is_cancelled());
        second.state.request_started();
        third.state.request_started();
        assert!(
            slots.take(client(1)).is_none(),
            "all of its connections are at work"
        );
        let other = slots.take(client(2)).unwrap();
        let another = slots.take(client(3)).unwrap();
        assert!(other.evicted.is_cancelled() && !another.evicted.is_cancelled());
        another.state.request_started();
        assert!(slots.take(client(4)).is_none(), "all connections are at work");
        drop(second);
        assert!(slots.take(client(4)).is_some());
    }

    #[tokio::test]
    async fn proxies_count_toward_the_total_only_and_free_slots_are_forgotten() {
        let slots = Arc::new(ConnectionSlots::new(3, 1));
        let taken: Vec<ConnectionSlot> = (0..3).map(|_| slots.take(None).unwrap()).collect();
        for slot in &taken {
            slot.state.request_started();
        }
        assert!(slots.take(None).is_none() && slots.take(client(1)).is_none());
        drop(taken);
        drop(slots.take(client(1)).unwrap());
        assert!(slots.taken().by_id.is_empty() && slots.taken().by_client.is_empty());
    }
}
