//! How accounts are kept.

use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use argon2::Params;
use web::SteadyClock;

/// How passwords are hashed, and how sign-ins are limited.
#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// Memory, passes and lanes of Argon2id. An account with other parameters is rehashed when its owner signs in.
    pub hash: Params,
    /// How many passwords are hashed at the same time. Each takes a processor and the memory of `hash`.
    pub parallel_hashes: NonZeroUsize,
    /// How many bytes of memory may be used for hashing, which also limits `parallel_hashes`. One hash is always possible.
    pub hash_memory: usize,
    /// How many more may be queued; beyond that the server replies that it is busy.
    pub waiting_hashes: usize,
    /// How many sign-ins and sign-ups one client may try per minute; 0 for no limit.
    pub client_rate: u32,
    /// How guessing passwords is throttled.
    pub throttle: ThrottleLimits,
    /// The clock of the limits.
    pub steady_clock: SteadyClock,
}

/// How guessing the password of an account is throttled. Wrong passwords are counted, for addresses without an account alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottleLimits {
    /// How many wrong passwords one client may try for an account at once.
    pub per_client: u32,
    /// The time after which it may try one more.
    pub per_client_every: Duration,
    /// How many wrong passwords of all clients together are normal for an account.
    pub per_account: u32,
    /// The time after which one more is normal.
    pub per_account_every: Duration,
    /// How many wrong passwords a client may always try, even while more are tried than is normal.
    pub always: u32,
    /// How long every attempt is delayed then.
    pub pause: Duration,
}

/// Ten wrong passwords at once, then one every 20 seconds; more than fifty at once or thirty a minute are an attack.
impl Default for ThrottleLimits {
    fn default() -> Self {
        Self {
            per_client: 10,
            per_client_every: Duration::from_secs(20),
            per_account: 50,
            per_account_every: Duration::from_secs(2),
            always: 3,
            pause: Duration::from_secs(2),
        }
    }
}

/// 19 MiB, two passes, one lane (the least that OWASP recommends), one hash per processor, in at most 64 MiB; 300 attempts a
/// minute and client.
impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            hash: Params::DEFAULT,
            parallel_hashes: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            // About twenty seconds of work on two processors.
            waiting_hashes: 2_000,
            hash_memory: 64 * 1024 * 1024,
            client_rate: 300,
            throttle: ThrottleLimits::default(),
            steady_clock: SteadyClock::system(),
        }
    }
}

impl AuthConfig {
    /// The weakest hashes there are, so that tests with many accounts are quick. Never for a server.
    #[must_use]
    pub fn fast_for_tests() -> Self {
        let weakest = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST, None);
        Self {
            hash: weakest.unwrap_or_default(),
            throttle: ThrottleLimits {
                pause: Duration::ZERO,
                ..ThrottleLimits::default()
            },
            ..Self::default()
        }
    }
}
