//! Where identifiers come from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::{Builder, Uuid};

use crate::SharedClock;

/// The random part of a UUIDv7 has 74 bits.
const RANDOM_BITS: u32 = 74;

/// Within one millisecond the random part grows by a random step of up to 32 bits, so that the next id cannot be guessed.
const LARGEST_STEP: u128 = 1 << 32;

/// A source of UUIDv7 identifiers: ordered by time, and strictly growing within one source. Clones share their state.
#[derive(Clone)]
pub struct IdSource {
    clock: SharedClock,
    state: Arc<Mutex<State>>,
}

struct State {
    random: StdRng,
    last_ms: u64,
    last_random: u128,
}

impl IdSource {
    /// A source seeded by the operating system.
    #[must_use]
    pub fn system(clock: SharedClock) -> Self {
        Self::new(clock, rand::make_rng())
    }

    /// A source that returns the same ids for the same seed and the same times.
    #[must_use]
    pub fn seeded(clock: SharedClock, seed: u64) -> Self {
        Self::new(clock, StdRng::seed_from_u64(seed))
    }

    fn new(clock: SharedClock, random: StdRng) -> Self {
        Self {
            clock,
            state: Arc::new(Mutex::new(State {
                random,
                last_ms: 0,
                last_random: 0,
            })),
        }
    }

    /// The next id, greater than every earlier id of this source, even if the clock stops or steps back.
    #[must_use]
    pub fn next(&self) -> Uuid {
        let now_ms = u64::try_from(self.clock.now_ms()).unwrap_or(0);
        // A panic elsewhere cannot leave the state half written: each field is a plain number.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.advance(now_ms);
        state.id()
    }
}

impl State {
    fn advance(&mut self, now_ms: u64) {
        if now_ms > self.last_ms {
            self.begin_millisecond(now_ms);
            return;
        }
        self.last_random += self.random.random_range(1..=LARGEST_STEP);
        if self.last_random >> RANDOM_BITS != 0 {
            self.begin_millisecond(self.last_ms + 1);
        }
    }

    fn begin_millisecond(&mut self, ms: u64) {
        self.last_ms = ms;
        // The highest bit starts at zero and leaves room to grow within the millisecond.
        self.last_random = self.random.random::<u128>() >> (u128::BITS - RANDOM_BITS + 1);
    }

    /// `rand_a` takes the upper 12 bits of the random part and `rand_b` the lower 62; the builder sets version and variant.
    fn id(&self) -> Uuid {
        let bits = self.last_random << 2;
        let upper = ((bits >> 64) & 0x0fff).to_be_bytes();
        let lower = ((bits & u128::from(u64::MAX)) >> 2).to_be_bytes();
        let mut bytes = [0; 10];
        bytes[..2].copy_from_slice(&upper[14..]);
        bytes[2..].copy_from_slice(&lower[8..]);
        Builder::from_unix_timestamp_millis(self.last_ms, &bytes).into_uuid()
    }
}

impl fmt::Debug for IdSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdSource").finish_non_exhaustive()
    }
}
