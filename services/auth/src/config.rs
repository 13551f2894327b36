//! How accounts are kept.

use std::num::NonZeroUsize;
use std::thread;
use std::time::Duration;

use argon2::Params;
use web::SteadyClock;

/// How passwords are hashed: how hard each is, and how many at a time.
#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// Memory, passes and lanes of Argon2id. An account with other ones is moved to these when its owner signs in.
    pub hash: Params,
    /// How many passwords are hashed at the same time. Each takes a processor and the memory of `hash`.
    pub parallel_hashes: NonZeroUsize,
    /// How many bytes of memory may be used for hashing, which limits `parallel_hashes`, too. One hash is always possible.
    pub hash_memory: usize,
    /// How many more may wait for their turn; beyond that the server says that it is busy.
    pub waiting_hashes: usize,
    /// How many sign-ins and sign-ups one client may try in a minute; 0 for no limit.
    pub client_rate: u32,
    /// How guessing passwords is slowed down.
    pub guesses: GuessLimits,
    /// The time that limits go by.
    pub steady_clock: SteadyClock,
}

/// How guessing the password of an account is slowed down. What is counted are wrong passwords, for addresses without an
/// account alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessLimits {
    /// So many wrong passwords one client has for an account at once.
    pub per_client: u32,
    /// The time after which it has one more.
    pub per_client_every: Duration,
    /// So many wrong passwords of all clients together are normal for an account.
    pub per_account: u32,
    /// The time after which one more is.
    pub per_account_every: Duration,
    /// So many wrong passwords a client has even while more of them are tried than is normal.
    pub always: u32,
    /// How long every attempt waits then.
    pub pause: Duration,
}

/// Ten wrong passwords at once, then one every 20 seconds; more than fifty at once or thirty a minute are an attack.
impl Default for GuessLimits {
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
            guesses: GuessLimits::default(),
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
            guesses: GuessLimits {
                pause: Duration::ZERO,
                ..GuessLimits::default()
            },
            ..Self::default()
        }
    }
}
