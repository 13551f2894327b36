//! How accounts are kept.

use std::num::NonZeroUsize;
use std::thread;

use argon2::Params;

/// How passwords are hashed: how hard each is, and how many at a time.
#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// Memory, passes and lanes of Argon2id. An account with other ones is moved to these when its owner signs in.
    pub hash: Params,
    /// How many passwords are hashed at the same time. Each takes a processor and the memory of `hash`.
    pub parallel_hashes: NonZeroUsize,
    /// How many more may wait for their turn; beyond that the server says that it is busy.
    pub waiting_hashes: usize,
}

/// 19 MiB, two passes, one lane (the least that OWASP recommends), one hash per processor.
impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            hash: Params::DEFAULT,
            parallel_hashes: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            // About twenty seconds of work on two processors.
            waiting_hashes: 2_000,
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
            ..Self::default()
        }
    }
}
