//! Connection slots, limited in total and per client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use web::ClientAddress;

use super::phase::Progress;

/// All slots, and their connections.
#[derive(Debug)]
pub(super) struct Places {
    in_all: usize,
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
    progress: Arc<Progress>,
    evicted: CancellationToken,
}

/// A slot, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    id: u64,
    /// The progress of its connection.
    pub(super) progress: Arc<Progress>,
    /// Cancelled when the slot is needed for a new connection.
    pub(super) evicted: CancellationToken,
}

impl Places {
    /// This many slots.
    pub(super) fn new(in_all: usize, per_client: usize) -> Self {
        Self {
            in_all,
            per_client,
            taken: Mutex::default(),
        }
    }

    /// Takes a slot for a connection of this client. A trusted proxy (`None`) counts in the total only.
    ///
    /// When all are taken, the connection that has waited longest for its client is evicted: half a request keeps no client out
    /// that sends a whole one. `None` if every connection is busy.
    pub(super) fn take(self: &Arc<Self>, client: Option<ClientAddress>) -> Option<Place> {
        let mut taken = self.taken();
        let of_client = client.map_or(0, |client| taken.by_client.get(&client).copied().unwrap_or(0));
        if of_client >= self.per_client {
            taken.evict(|entry| entry.client == client)?;
        } else if taken.by_id.len() >= self.in_all {
            taken.evict(|_| true)?;
        }
        let id = taken.next;
        taken.next += 1;
        let (progress, evicted) = (
            Arc::new(Progress::begin(Instant::now())),
            CancellationToken::new(),
        );
        let entry = Entry {
            client,
            progress: Arc::clone(&progress),
            evicted: evicted.clone(),
        };
        taken.by_id.insert(id, entry);
        if let Some(client) = client {
            *taken.by_client.entry(client).or_default() += 1;
        }
        Some(Place {
            places: Arc::clone(self),
            id,
            progress,
            evicted,
        })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Evicts the connection that has waited longest among some.
    fn evict(&mut self, is_meant: impl Fn(&Entry) -> bool) -> Option<()> {
        let meant = self.by_id.iter().filter(|(_, entry)| is_meant(entry));
        let waiting = meant.filter_map(|(id, entry)| Some((entry.progress.waiting_since()?, *id)));
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

impl Drop for Place {
    fn drop(&mut self) {
        let _evicted_before = self.places.taken().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(last: u8) -> Option<ClientAddress> {
        Some(ClientAddress::of([192, 0, 2, last].into()))
    }

    #[tokio::test]
    async fn what_waits_gives_way_and_what_works_does_not() {
        let places = Arc::new(Places::new(3, 2));
        let first = places.take(client(1)).unwrap();
        let second = places.take(client(1)).unwrap();
        let third = places.take(client(1)).unwrap();
        assert!(first.evicted.is_cancelled() && !second.evicted.is_cancelled());
        second.progress.request_begins();
        third.progress.request_begins();
        assert!(
            places.take(client(1)).is_none(),
            "all of its connections are at work"
        );
        let other = places.take(client(2)).unwrap();
        let another = places.take(client(3)).unwrap();
        assert!(other.evicted.is_cancelled() && !another.evicted.is_cancelled());
        another.progress.request_begins();
        assert!(places.take(client(4)).is_none(), "all connections are at work");
        drop(second);
        assert!(places.take(client(4)).is_some());
    }

    #[tokio::test]
    async fn proxies_count_in_all_only_and_nothing_is_kept_of_those_who_have_gone() {
        let places = Arc::new(Places::new(3, 1));
        let taken: Vec<Place> = (0..3).map(|_| places.take(None).unwrap()).collect();
        for place in &taken {
            place.progress.request_begins();
        }
        assert!(places.take(None).is_none() && places.take(client(1)).is_none());
        drop(taken);
        drop(places.take(client(1)).unwrap());
        assert!(places.taken().by_id.is_empty() && places.taken().by_client.is_empty());
    }
}
