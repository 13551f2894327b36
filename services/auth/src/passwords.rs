//! Hashing and verifying passwords: slow by design, so never on the async threads, and only a few concurrently.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::password_hash::{self, try_generate_salt};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use contracts::Password;
use memory::Memory;
use tokio::sync::Semaphore;

use crate::config::AuthConfig;
use crate::error::AuthError;
use crate::prepared::TypedPassword;

mod memory;

/// The salt and hash of no password, in the alphabet of PHC strings.
const DUMMY_SALT: &str = "AAAAAAAAAAAAAAAAAAAAAA";
const DUMMY_HASH: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes passwords with Argon2id. Clones share the limit of concurrent hashes.
#[derive(Clone)]
pub(crate) struct Passwords(Arc<Inner>);

struct Inner {
    params: Params,
    /// The hash to compare with if there is no account.
    dummy: String,
    /// One permit per hash that is running or queued.
    places: Arc<Semaphore>,
    /// One permit per running hash.
    turns: Arc<Semaphore>,
    /// The memory that they use.
    memory: Memory,
    verified: AtomicU64,
}

/// The result of comparing a password with a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordCheck {
    Mismatch,
    Match,
    /// A match, but the hash has other parameters than the current ones, or is of the unnormalized password.
    MatchNeedsRehash,
}

impl Passwords {
    pub(crate) fn new(config: AuthConfig) -> Self {
        let params = config.hash;
        let (m, t, p) = (params.m_cost(), params.t_cost(), params.p_cost());
        let affordable = config.hash_memory / memory::bytes_of(&params);
        let parallel = config
            .parallel_hashes
            .get()
            .min(affordable.max(1))
            .min(Semaphore::MAX_PERMITS / 2);
        let places = parallel
            .saturating_add(config.waiting_hashes)
            .min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Inner {
            dummy: format!("$argon2id$v=19$m={m},t={t},p={p}${DUMMY_SALT}${DUMMY_HASH}"),
            memory: Memory::of_blocks(params.block_count()),
            params,
            places: Arc::new(Semaphore::new(places)),
            turns: Arc::new(Semaphore::new(parallel)),
            verified: AtomicU64::new(0),
        }))
    }

    /// The hash of a password with the current parameters and a new salt, as a PHC string.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, AuthError> {
        let inner = Arc::clone(&self.0);
        self.in_turn(move || Ok(inner.hash(password.expose())?.to_string()))
            .await
    }

    /// Compares a password with the hash of an account, and does exactly the same work if there is no account, or
    /// no account can have the password, so that the time reveals nothing. The unnormalized password is also compared if the account
    /// may have been created with it: the amount of work depends only on the input, unless the password is right.
    pub(crate) async fn verify(
        &self,
        typed: TypedPassword,
        hash: Option<String>,
    ) -> Result<PasswordCheck, AuthError> {
        let inner = Arc::clone(&self.0);
        self.in_turn(move || {
            let check = inner.check(typed.prepared.as_ref(), hash.as_deref())?;
            let Some(as_typed) = typed.as_typed.filter(|_| check == PasswordCheck::Mismatch) else {
                return Ok(check);
            };
            Ok(match inner.check(Some(&as_typed), hash.as_deref())? {
                PasswordCheck::Mismatch => PasswordCheck::Mismatch,
                // It is to be rehashed from the normalized password.
                PasswordCheck::Match | PasswordCheck::MatchNeedsRehash => PasswordCheck::MatchNeedsRehash,
            })
        })
        .await
    }

    /// How many comparisons were made.
    pub(crate) fn verified(&self) -> u64 {
        self.0.verified.load(Ordering::Relaxed)
    }

    /// Runs work on a thread for blocking work once there is a permit.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AuthError> {
        let _place = self.0.places.try_acquire().map_err(|_| AuthError::Busy)?;
        // The semaphore is never closed.
        let turn = Arc::clone(&self.0.turns)
            .acquire_owned()
            .await
            .map_err(|_| AuthError::Busy)?;
        let work = move || {
            // The permit is held until the work ends, also if the caller has gone.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await?
    }
}

impl Inner {
    fn hash(&self, password: &str) -> Result<PasswordHash, password_hash::Error> {
        let salt = try_generate_salt()?;
        let argon2 = Argon2::from(&self.params);
        Ok(PasswordHash {
            algorithm: Algorithm::default().ident(),
            version: Some(Version::default().into()),
            params: ParamsString::try_from(&self.params)?,
            hash: Some(self.output(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN)?),
            salt: Some(Salt::new(&salt)?),
        })
    }

    /// Compares one text if possible; the work is the same if it is not.
    fn check(&self, password: Option<&Password>, hash: Option<&str>) -> Result<PasswordCheck, AuthError> {
        let comparable = password.is_some() && hash.is_some();
        let hash = PasswordHash::new(hash.unwrap_or(&self.dummy)).map_err(password_hash::Error::from)?;
        let check = self.compare(password.map_or("", Password::expose), &hash)?;
        Ok(if comparable {
            check
        } else {
            PasswordCheck::Mismatch
        })
    }

    fn compare(&self, password: &str, hash: &PasswordHash) -> Result<PasswordCheck, AuthError> {
        self.verified.fetch_add(1, Ordering::Relaxed);
        Ok(if !self.matches(password, hash)? {
            PasswordCheck::Mismatch
        } else if self.has_current_params(hash) {
            PasswordCheck::Match
        } else {
            PasswordCheck::MatchNeedsRehash
        })
    }

    fn matches(&self, password: &str, hash: &PasswordHash) -> Result<bool, password_hash::Error> {
        let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
            return Ok(false);
        };
        let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
        let version = hash.version.map(Version::try_from).transpose()?;
        let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), Params::try_from(hash)?);
        // Compared in constant time.
        Ok(self.output(&argon2, password, salt, expected.len())? == *expected)
    }

    /// Computes a hash in reused memory. The library would allocate each time, and the allocator would retain a part for
    /// every thread that ever did.
    fn output(
        &self,
        argon2: &Argon2<'_>,
        password: &str,
        salt: &[u8],
        length: usize,
    ) -> Result<Output, password_hash::Error> {
        let mut buffer = [0; Output::MAX_LENGTH];
        let out = buffer.get_mut(..length).ok_or(password_hash::Error::OutputSize)?;
        self.memory.lend(argon2.params().block_count(), |blocks| {
            argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, blocks)
        })?;
        Ok(Output::new(out)?)
    }

    fn has_current_params(&self, hash: &PasswordHash) -> bool {
        let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
        Params::try_from(hash).is_ok_and(|params| costs(&params) == costs(&self.params))
    }
}

#[cfg(test)]
mod tests;
