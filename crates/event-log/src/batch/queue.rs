//! The queue of the next batch.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{BATCH_LIMIT, QUEUE_LIMIT};

/// A bounded queue that knows whether a task is draining it.
pub(super) struct Queue<T>(Mutex<State<T>>);

struct State<T> {
    waiting: VecDeque<T>,
    /// Whether a task is draining the queue.
    is_running: bool,
}

/// The result of pushing an item.
pub(super) enum Pushed {
    /// No task was draining the queue: the caller starts one.
    First,
    /// A task will come to it.
    Behind,
}

/// [`QUEUE_LIMIT`] items are waiting.
pub(super) struct Full;

impl<T> Queue<T> {
    pub(super) fn push(&self, item: T) -> Result<Pushed, Full> {
        let mut state = self.lock();
        if state.waiting.len() >= QUEUE_LIMIT {
            return Err(Full);
        }
        state.waiting.push_back(item);
        if std::mem::replace(&mut state.is_running, true) {
            Ok(Pushed::Behind)
        } else {
            Ok(Pushed::First)
        }
    }

    /// Takes the next batch off, in the order of arrival.
    pub(super) fn take(&self) -> Vec<T> {
        let mut state = self.lock();
        let count = state.waiting.len().min(BATCH_LIMIT);
        state.waiting.drain(..count).collect()
    }

    /// Whether the draining task is done: nothing waits, and the next caller starts another.
    pub(super) fn is_finished(&self) -> bool {
        let mut state = self.lock();
        state.is_running = !state.waiting.is_empty();
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
            is_running: false,
        }))
    }
}
