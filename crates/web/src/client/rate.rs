//! The rate limit of a client.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use contracts::{ErrorCode, Refusal};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::{ClientAddress, SteadyClock};

/// Attempts between two removals of clients with their full allowance: memory is bounded by the attempts of the last minute.
const CLEANUP_INTERVAL: u32 = 1_024;

/// An allowance of attempts per client: a burst, and as many per minute. Clones share it.
#[derive(Clone, Default)]
pub struct ClientRate(Option<Arc<Inner>>);

type Limiter = RateLimiter<
    ClientAddress,
    HashMapStateStore<ClientAddress>,
    SteadyClock,
    NoOpMiddleware<std::time::Duration>,
>;

struct Inner {
    limiter: Limiter,
    clock: SteadyClock,
    attempts: AtomicU32,
}

impl ClientRate {
    /// That many attempts per minute; 0 for no limit.
    #[must_use]
    pub fn per_minute(attempts: u32, clock: SteadyClock) -> Self {
        Self(NonZeroU32::new(attempts).map(|attempts| {
            let store = HashMapStateStore::default();
            Arc::new(Inner {
                limiter: RateLimiter::new(Quota::per_minute(attempts), store, clock.clone()),
                clock,
                attempts: AtomicU32::new(0),
            })
        }))
    }

    /// Counts an attempt. One without a client, in process, is not limited.
    ///
    /// # Errors
    /// `TooManyAttempts` with the time until the next one is allowed.
    pub fn admit(&self, client: Option<ClientAddress>) -> Result<(), Refusal> {
        let (Some(inner), Some(client)) = (&self.0, client) else {
            return Ok(());
        };
        if inner.attempts.fetch_add(1, Ordering::Relaxed) % CLEANUP_INTERVAL == CLEANUP_INTERVAL - 1 {
            inner.limiter.retain_recent();
            inner.limiter.shrink_to_fit();
        }
        inner.limiter.check_key(&client).map_err(|not_until| {
            let wait = not_until.wait_time_from(inner.clock.now());
            Refusal::from(ErrorCode::TooManyAttempts).retry_after(wait)
        })
    }
}

impl fmt::Debug for ClientRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClientRate").field(&self.0.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use event_log::ManualClock;
    use std::net::Ipv4Addr;
    use std::time::Duration;

    fn client(number: u32) -> Option<ClientAddress> {
        Some(ClientAddress::of(Ipv4Addr::from_bits(number).into()))
    }

    #[test]
    fn every_client_has_an_allowance_of_its_own() {
        let clock = ManualClock::at(0);
        let rate = ClientRate::per_minute(3, SteadyClock::following(clock.shared()));
        for _ in 0..3 {
            assert_eq!(rate.admit(client(1)), Ok(()));
        }
        let refused = rate.admit(client(1)).unwrap_err();
        assert_eq!(refused.first(), ErrorCode::TooManyAttempts);
        assert_eq!(refused.retry_after_s(), Some(20));
        assert_eq!(rate.admit(client(2)), Ok(()));
        assert_eq!(rate.admit(None), Ok(()));
        clock.advance(Duration::from_secs(20));
        assert_eq!(rate.admit(client(1)), Ok(()));
        assert!(rate.admit(client(1)).is_err());
    }

    #[test]
    fn zero_disables_the_client_rate() {
        let rate = ClientRate::per_minute(0, SteadyClock::system());
        assert!((0..10_000).all(|_| rate.admit(client(1)).is_ok()));
    }

    #[test]
    fn idle_clients_are_forgotten() {
        let clock = ManualClock::at(0);
        let rate = ClientRate::per_minute(60, SteadyClock::following(clock.shared()));
        for number in 0..10 * CLEANUP_INTERVAL {
            rate.admit(client(number)).unwrap();
            clock.advance(Duration::from_millis(1));
        }
        let remembered = rate.0.as_ref().unwrap().limiter.len();
        assert!(remembered <= 2 * CLEANUP_INTERVAL as usize, "{remembered}");
    }
}
