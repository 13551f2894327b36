//! The queue of the next batch.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::admission::Admission;
use super::{BATCH_LIMIT, QUEUE_LIMIT};

/// A bounded queue that knows whether a task is draining it.
pub(super) struct Queue<T>(Mutex<State<T>>);

struct State<T> {
    waiting: VecDeque<Waiting<T>>,
    admission: Admission,
    /// Whether a task is draining the queue.
    is_running: bool,
}

struct Waiting<T> {
    item: T,
    since: Instant,
}

/// Whether an item may be refused because those before it wait for long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is new: there is nothing to lose.
    New,
    /// It follows from something that was accepted.
    FollowUp,
}

/// The result of pushing an item.
pub(super) enum Pushed {
    /// No task was draining the queue: the caller starts one.
    First,
    /// A task will come to it.
    Behind,
}

/// Too many items are waiting ([`Admission`]).
pub(super) struct Full;

impl<T> Queue<T> {
    pub(super) fn push(&self, item: T, origin: Origin) -> Result<Pushed, Full> {
        let since = Instant::now();
        let mut state = self.lock();
        let waiting = state.waiting.len();
        let is_admitted = match origin {
            Origin::New => state.admission.admits(waiting, since),
            Origin::FollowUp => waiting < QUEUE_LIMIT,
        };
        if !is_admitted {
            return Err(Full);
        }
        state.waiting.push_back(Waiting { item, since });
        if std::mem::replace(&mut state.is_running, true) {
            Ok(Pushed::Behind)
        } else {
            Ok(Pushed::First)
        }
    }

    /// Takes the next batch off, in the order of arrival.
    pub(super) fn take(&self) -> Vec<T> {
        let now = Instant::now();
        let mut state = self.lock();
        let oldest = state.waiting.front().map_or(now, |oldest| oldest.since);
        state.admission.taken(now.saturating_duration_since(oldest), now);
        let count = state.waiting.len().min(BATCH_LIMIT);
        state.waiting.drain(..count).map(|waiting| waiting.item).collect()
    }

    /// A batch that was taken has been executed.
    pub(super) fn executed(&self, requests: usize, took: Duration) {
        self.lock().admission.executed(requests, took);
    }

    /// Whether the draining task is done: nothing waits, and the next caller starts another.
    pub(super) fn is_finished(&self) -> bool {
        let mut state = self.lock();
        state.is_running = !state.waiting.is_empty();
        if !state.is_running {
            state.admission.idle();
        }
        !state.is_running
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self(Mutex::new(State {
            waiting: VecDeque::new(),
            admission: Admission::default(),
            is_running: false,
        }))
    }
}
