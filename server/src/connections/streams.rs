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
use super::guarded_body::GuardedBody;

/// When to retry a stream: streams end when pages are closed, which takes a while.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_secs(10);

/// The slots for streams, limited in total and per client. A trusted proxy determines the client.
#[derive(Debug, Clone)]
pub struct StreamSlots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    total: usize,
    per_client: usize,
    taken: Mutex<Taken>,
    refused: Counter,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_client: HashMap<ClientAddress, usize>,
}

impl StreamSlots {
    /// The slots of these limits.
    #[must_use]
    pub fn new(limits: &ConnectionLimits) -> Self {
        Self(Arc::new(Inner {
            total: limits.max_streams,
            per_client: limits.max_streams_per_client,
            taken: Mutex::default(),
            refused: Counter::default(),
        }))
    }

    /// How many streams are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.taken().total
    }

    /// Makes what is counted of them part of what is scraped.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "streams_refused",
            "Streams on /live that were refused because the limit was reached",
            self.0.refused.clone(),
        );
    }

    fn take(&self, client: Option<ClientAddress>) -> Option<StreamSlot> {
        let mut taken = self.0.taken();
        let client_count = client.map_or(0, |client| taken.by_client.get(&client).copied().unwrap_or(0));
        if taken.total >= self.0.total || client_count >= self.0.per_client {
            return None;
        }
        taken.total += 1;
        if let Some(client) = client {
            *taken.by_client.entry(client).or_default() += 1;
        }
        drop(taken);
        Some(StreamSlot {
            slots: self.clone(),
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
struct StreamSlot {
    slots: StreamSlots,
    client: Option<ClientAddress>,
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut taken = self.slots.0.taken();
        taken.total = taken.total.saturating_sub(1);
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
pub async fn admit(State(slots): State<StreamSlots>, request: Request, next: Next) -> Response {
    let client = request.extensions().get::<ClientAddress>().copied();
    let Some(slot) = slots.take(client) else {
        slots.0.refused.inc();
        tracing::debug!(http.path = request.uri().path(), "refused: stream limit reached");
        return ApiError::from(Refusal::from(ErrorCode::Busy).retry_after(RETRY_AFTER)).into_response();
    };
    let response = next.run(request).await;
    response.map(|body| Body::new(GuardedBody::new(body, slot)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_limited_in_total_and_per_client() {
        let limits = ConnectionLimits {
            max_streams: 3,
            max_streams_per_client: 2,
            ..ConnectionLimits::for_fd_limit(1_024)
        };
        let slots = StreamSlots::new(&limits);
        let [one, other] = [1, 2].map(|last| Some(ClientAddress::of([192, 0, 2, last].into())));
        let taken = [slots.take(one), slots.take(one), slots.take(other)];
        assert!(taken.iter().all(Option::is_some));
        assert!(slots.take(other).is_none(), "there are three in all");
        drop(taken);
        let taken = [slots.take(one), slots.take(one)];
        assert!(slots.take(one).is_none() && slots.take(other).is_some());
        drop(taken);
        assert!(slots.0.taken().by_client.is_empty());
    }
}
