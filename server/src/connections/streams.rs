//! The slots for streams, which last for as long as a page is open.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contracts::{ErrorCode, Refusal};
use service::metrics::{Counter, Registry};
use web::{ApiError, ClientAddress};

use super::ConnectionLimits;
use super::keeping::Keeping;

/// When to retry a stream: streams end when pages are closed, which takes a while.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_secs(10);

/// The slots for streams, limited in total and per client. A trusted proxy determines the client.
#[derive(Debug, Clone)]
pub struct StreamPlaces(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    in_all: usize,
    per_client: usize,
    taken: Mutex<Taken>,
    refused: Counter,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    by_client: HashMap<ClientAddress, usize>,
}

impl StreamPlaces {
    /// The slots of these limits.
    #[must_use]
    pub fn new(limits: &ConnectionLimits) -> Self {
        Self(Arc::new(Inner {
            in_all: limits.streams,
            per_client: limits.streams_per_client,
            taken: Mutex::default(),
            refused: Counter::default(),
        }))
    }

    /// How many streams are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.taken().in_all
    }

    /// Makes what is counted of them part of what is scraped.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "streams_refused",
            "Streams on /live that were refused because no place was left for them",
            self.0.refused.clone(),
        );
    }

    fn take(&self, client: Option<ClientAddress>) -> Option<StreamPlace> {
        let mut taken = self.0.taken();
        let of_client = client.map_or(0, |client| taken.by_client.get(&client).copied().unwrap_or(0));
        if taken.in_all >= self.0.in_all || of_client >= self.0.per_client {
            return None;
        }
        taken.in_all += 1;
        if let Some(client) = client {
            *taken.by_client.entry(client).or_default() += 1;
        }
        drop(taken);
        Some(StreamPlace {
            places: self.clone(),
            client,
        })
    }
}

impl Inner {
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A slot for a stream, until it is dropped.
#[derive(Debug)]
struct StreamPlace {
    places: StreamPlaces,
    client: Option<ClientAddress>,
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut taken = self.places.0.taken();
        taken.in_all = taken.in_all.saturating_sub(1);
        let Some(client) = self.client else { return };
        if let Some(count) = taken.by_client.get_mut(&client) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.by_client.remove(&client);
            }
        }
    }
}

/// A middleware for streams: one without a slot is refused with 503 and `Retry-After`.
pub async fn admit(State(places): State<StreamPlaces>, request: Request, next: Next) -> Response {
    let client = request.extensions().get::<ClientAddress>().copied();
    let Some(place) = places.take(client) else {
        places.0.refused.inc();
        tracing::debug!(http.path = request.uri().path(), "refused: stream limit reached");
        return ApiError::from(Refusal::from(ErrorCode::Busy).until(RETRY_AFTER)).into_response();
    };
    let response = next.run(request).await;
    response.map(|body| Body::new(Keeping::new(body, place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_counted_in_all_and_per_client() {
        let limits = ConnectionLimits {
            streams: 3,
            streams_per_client: 2,
            ..ConnectionLimits::of_files(1_024)
        };
        let places = StreamPlaces::new(&limits);
        let [one, other] = [1, 2].map(|last| Some(ClientAddress::of([192, 0, 2, last].into())));
        let taken = [places.take(one), places.take(one), places.take(other)];
        assert!(taken.iter().all(Option::is_some));
        assert!(places.take(other).is_none(), "there are three in all");
        drop(taken);
        let taken = [places.take(one), places.take(one)];
        assert!(places.take(one).is_none() && places.take(other).is_some());
        drop(taken);
        assert!(places.0.taken().by_client.is_empty());
    }
}
