//! A service's reactions to the events of another one.

mod batch;

use std::fmt;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use event_log::{ApplyError, BoxFuture, Event, Handler, Transaction};

pub use batch::BatchSubscription;

use self::batch::Reaction;

/// How long a relay whose effects nobody waits for gathers events while it is busy. Not noticeable, and longer than a commit takes.
const LINGER: Duration = Duration::from_millis(5);

/// A subscription to one source's events, which are applied in batches.
///
/// One without a reaction is a witness: its cursor advances, and its position shows when the file of the source is an older one.
#[derive(Clone)]
pub struct Subscription {
    source: &'static str,
    subjects: Vec<&'static str>,
    reaction: Option<Arc<dyn Reaction>>,
    is_prompt: bool,
}

impl Subscription {
    /// A subscription that only advances its cursor: the cursor shows when the file of the source is an older one.
    #[must_use]
    pub fn cursor_only(source: &'static str) -> Self {
        Self {
            source,
            subjects: Vec::new(),
            reaction: None,
            is_prompt: false,
        }
    }

    fn of(source: &'static str, subjects: Vec<&'static str>, reaction: Arc<dyn Reaction>) -> Self {
        Self {
            source,
            subjects,
            reaction: Some(reaction),
            is_prompt: false,
        }
    }

    /// Delivers every event at once, however many there are: somebody waits for the effects. The relay of any other subscription lingers
    /// while it is busy, so that its transactions are fewer ([`RelayOptions::linger`](event_log::RelayOptions::linger)).
    #[must_use]
    pub fn prompt(self) -> Self {
        Self {
            is_prompt: true,
            ..self
        }
    }

    /// How long its relay lingers while it is busy.
    pub(crate) fn linger(&self) -> Duration {
        if self.is_prompt { Duration::ZERO } else { LINGER }
    }

    /// The name of the source.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }
}

impl Handler for Subscription {
    fn subjects(&self) -> &[&'static str] {
        &self.subjects
    }

    fn apply<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        self.apply_all(tx, slice::from_ref(event))
    }

    fn apply_all<'t>(
        &'t self,
        tx: &'t mut Transaction,
        events: &'t [Event],
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        match &self.reaction {
            Some(reaction) => reaction.react(tx, events),
            None => Box::pin(async { Ok(()) }),
        }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("source", &self.source)
            .field("subjects", &self.subjects)
            .finish_non_exhaustive()
    }
}
