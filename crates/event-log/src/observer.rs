//! A hook at every step between a source's commit and its consumer's, for tests that stop the process there.

use std::fmt;
use std::sync::Arc;

/// A step in the delivery of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// A write has done its work and is about to commit.
    BeforeCommit,
    /// A write has committed and has not notified anyone yet.
    AfterCommit,
    /// The relay has read a batch of events from the source.
    BatchRead,
    /// The relay holds the consumer's write lock.
    TransactionBegun,
    /// The handler has applied an event, uncommitted.
    EventApplied,
    /// An event, or a failed attempt, was written to the retry queue, uncommitted.
    EventQueued,
    /// The cursor has advanced, uncommitted.
    CursorAdvanced,
    /// The consumer has committed effect and cursor.
    Committed,
    /// A waiting event of an aggregate was applied and taken off the waiting events, uncommitted.
    EventRetried,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 9] = [
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BatchRead,
        Self::TransactionBegun,
        Self::EventApplied,
        Self::EventQueued,
        Self::CursorAdvanced,
        Self::Committed,
        Self::EventRetried,
    ];
}

/// Called at each step. The default does nothing.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<dyn Fn(Step) + Send + Sync>>);

impl Observer {
    /// Calls `on_step` at every step, on the task that takes it.
    pub fn new(on_step: impl Fn(Step) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(on_step)))
    }

    pub(crate) fn reached(&self, step: Step) {
        if let Some(on_step) = &self.0 {
            on_step(step);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observer").field(&self.0.is_some()).finish()
    }
}
