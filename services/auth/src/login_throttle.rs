//! Throttles password guessing, without locking out the owner of an account.
//!
//! Every wrong password is counted twice: for its account and client, and for its account alone. A client that has used up
//! its own limit is refused for a while, whatever others do. When all clients together try more than is normal, every attempt for
//! the account is delayed a little, and a client that has been wrong a few times already is also refused. So the right password
//! always works: from another address than the attacker's within the delay, and from the attacker's as soon as the next attempt is
//! allowed.
//!
//! The attempts of one client on one account are serialized, so that no burst of requests bypasses the count. Addresses without an
//! account are treated alike: the key is the email address as typed.

mod leaky_bucket;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use contracts::Email;
use tokio::sync::OwnedMutexGuard;
use web::{ClientAddress, SteadyClock};

use crate::config::ThrottleLimits;
use crate::error::AuthError;
use leaky_bucket::LeakyBucket;

/// How many attempts of one client on one account may be queued.
const MAX_QUEUED: usize = 500;
/// How many pairs of account and client are tracked. Each has cost a hash, so there are never nearly as many.
const MAX_TRACKED: usize = 100_000;
/// Attempts between two removals of empty buckets.
const CLEANUP_INTERVAL: u32 = 256;

/// Counts wrong passwords. Clones share the count.
#[derive(Clone)]
pub(crate) struct LoginThrottle(Arc<Inner>);

struct Inner {
    limits: ThrottleLimits,
    clock: SteadyClock,
    counts: Mutex<Counts>,
}

#[derive(Default)]
struct Counts {
    pairs: HashMap<(Email, Option<ClientAddress>), Pair>,
    accounts: HashMap<Email, LeakyBucket>,
    attempts: u32,
}

/// One client that tries to sign in to one account.
#[derive(Default)]
struct Pair {
    bucket: LeakyBucket,
    /// Held by the attempt that is running.
    running: Arc<tokio::sync::Mutex<()>>,
    /// How many attempts are running or queued.
    attempts: usize,
}

/// An attempt at a password. It counts as a wrong one unless it is marked otherwise, also if the client disconnects.
pub(crate) struct Attempt {
    place: Place,
    is_wrong: bool,
    _running: OwnedMutexGuard<()>,
}

/// A place in the queue of a pair.
struct Place {
    throttle: LoginThrottle,
    email: Email,
    client: Option<ClientAddress>,
}

/// Whether and when an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admission {
    After(Duration),
    RefusedFor(Duration),
}

impl LoginThrottle {
    pub(crate) fn new(limits: ThrottleLimits, clock: SteadyClock) -> Self {
        Self(Arc::new(Inner {
            limits,
            clock,
            counts: Mutex::default(),
        }))
    }

    /// Waits until a password for this address may be tried.
    ///
    /// # Errors
    /// `TooManyAttempts` if the limits are used up; `Busy`.
    pub(crate) async fn attempt(
        &self,
        email: &Email,
        client: Option<ClientAddress>,
    ) -> Result<Attempt, AuthError> {
        let (place, running) = self.queue(email, client)?;
        let running = running.lock_owned().await;
        match self.admission(email, client) {
            Admission::RefusedFor(wait) => return Err(AuthError::TooManyAttempts(wait)),
            Admission::After(pause) if pause.is_zero() => {}
            Admission::After(pause) => tokio::time::sleep(pause).await,
        }
        Ok(Attempt {
            place,
            is_wrong: true,
            _running: running,
        })
    }

    fn queue(
        &self,
        email: &Email,
        client: Option<ClientAddress>,
    ) -> Result<(Place, Arc<tokio::sync::Mutex<()>>), AuthError> {
        let mut counts = self.counts();
        counts.attempts = counts.attempts.wrapping_add(1);
        if counts.attempts.is_multiple_of(CLEANUP_INTERVAL) || counts.pairs.len() >= MAX_TRACKED {
            counts.remove_empty(self.0.clock.now());
        }
        if counts.pairs.len() >= MAX_TRACKED {
            return Err(AuthError::Busy);
        }
        let pair = counts.pairs.entry((email.clone(), client)).or_default();
        if pair.attempts >= MAX_QUEUED {
            return Err(AuthError::Busy);
        }
        pair.attempts += 1;
        let place = Place {
            throttle: self.clone(),
            email: email.clone(),
            client,
        };
        Ok((place, Arc::clone(&pair.running)))
    }

    fn admission(&self, email: &Email, client: Option<ClientAddress>) -> Admission {
        let (limits, now) = (&self.0.limits, self.0.clock.now());
        let counts = self.counts();
        let own = counts.pairs.get(&(email.clone(), client)).map(|pair| pair.bucket);
        let own = own.unwrap_or_default();
        if let Some(wait) = own.wait(now, limits.per_client, limits.per_client_every) {
            return Admission::RefusedFor(wait);
        }
        let all = counts.accounts.get(email).copied().unwrap_or_default();
        let Some(wait) = all.wait(now, limits.per_account, limits.per_account_every) else {
            return Admission::After(Duration::ZERO);
        };
        match own.wait(now, limits.always, limits.per_client_every) {
            None => Admission::After(limits.pause),
            // Whichever comes first: the account is below its limit again, or the client may try again anyway.
            Some(own_wait) => Admission::RefusedFor(wait.min(own_wait)),
        }
    }

    fn count(&self, email: &Email, client: Option<ClientAddress>) {
        let (limits, now) = (&self.0.limits, self.0.clock.now());
        let mut counts = self.counts();
        if let Some(pair) = counts.pairs.get_mut(&(email.clone(), client)) {
            pair.bucket.add(now, limits.per_client, limits.per_client_every);
        }
        let account = counts.accounts.entry(email.clone()).or_default();
        account.add(now, limits.per_account, limits.per_account_every);
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn remove_empty(&mut self, now: Duration) {
        self.pairs
            .retain(|_, pair| pair.attempts > 0 || !pair.bucket.is_empty(now));
        self.accounts.retain(|_, bucket| !bucket.is_empty(now));
        self.pairs.shrink_to_fit();
        self.accounts.shrink_to_fit();
    }
}

impl Attempt {
    /// The password was right: the earlier wrong ones of the client are no longer counted.
    pub(crate) fn succeeded(mut self) {
        self.is_wrong = false;
        let Place {
            throttle,
            email,
            client,
        } = &self.place;
        if let Some(pair) = throttle.counts().pairs.get_mut(&(email.clone(), *client)) {
            pair.bucket = LeakyBucket::default();
        }
    }

    /// No password was tried.
    pub(crate) fn not_made(mut self) {
        self.is_wrong = false;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.is_wrong {
            self.place.throttle.count(&self.place.email, self.place.client);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let key = (self.email.clone(), self.client);
        if let Some(pair) = self.throttle.counts().pairs.get_mut(&key) {
            pair.attempts = pair.attempts.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests;
