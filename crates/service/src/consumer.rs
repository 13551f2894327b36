//! What a service does with the events of another one.

use std::fmt;
use std::sync::Arc;

use event_log::{ApplyError, BoxFuture, Event, Handler, Transaction};

/// The consumer of one source's events.
#[derive(Clone)]
pub struct Consumer {
    source: &'static str,
    handler: Arc<dyn Handler>,
}

impl Consumer {
    /// The consumer of a source, by the source's name.
    #[must_use]
    pub fn new(source: &'static str, handler: impl Handler) -> Self {
        Self {
            source,
            handler: Arc::new(handler),
        }
    }

    /// A consumer that has no use for any event and lets its cursor advance: where it stands shows when the file of the source is an
    /// older one.
    #[must_use]
    pub fn witness(source: &'static str) -> Self {
        Self::new(source, Witness)
    }

    /// The name of its source.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }
}

impl Handler for Consumer {
    fn subjects(&self) -> &'static [&'static str] {
        self.handler.subjects()
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        self.handler.apply(tx, event)
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("source", &self.source)
            .field("subjects", &self.subjects())
            .finish_non_exhaustive()
    }
}

struct Witness;

impl Handler for Witness {
    fn subjects(&self) -> &'static [&'static str] {
        &[]
    }

    fn apply<'t>(
        &'t self,
        _tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        let unasked = format!("a witness consumes no {}", event.subject);
        Box::pin(async { Err(ApplyError::Rejected(unasked)) })
    }
}
