//! A service's reactions to the events of another one.

mod batch;
mod operation;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use contracts::events::DomainEvent;
use event_log::{ApplyError, BoxFuture, Event, Handler, Transaction};

pub use batch::BatchSubscription;
pub use operation::{Operation, OperationWith};

use self::batch::BatchReaction;
use self::operation::{Contextual, Raw, Reaction, Typed};

/// How long a relay whose effects nobody waits for gathers events while it is busy. Not noticeable, and longer than a commit takes.
const LINGER: Duration = Duration::from_millis(10);

/// A subscription to one source's events: one operation per event type.
///
/// One without operations is a witness: its cursor advances, and its position shows when the file of the source is an older one.
#[derive(Clone)]
pub struct Subscription {
    source: &'static str,
    subjects: Vec<&'static str>,
    reactions: Reactions,
    is_once_per_version: bool,
    is_prompt: bool,
}

/// What a consumer does with events.
#[derive(Clone)]
enum Reactions {
    /// One after the other, by an operation per subject, in the order of the subjects.
    Single(Vec<Arc<dyn Reaction>>),
    /// A batch at once.
    Batch(Arc<dyn BatchReaction>),
}

impl Subscription {
    /// A subscription to a source, by the source's name, without operations.
    #[must_use]
    pub fn to(source: &'static str) -> Self {
        Self {
            source,
            subjects: Vec::new(),
            reactions: Reactions::Single(Vec::new()),
            is_once_per_version: false,
            is_prompt: false,
        }
    }

    /// A subscription that only advances its cursor: the cursor shows when the file of the source is an older one.
    #[must_use]
    pub fn cursor_only(source: &'static str) -> Self {
        Self::to(source)
    }

    /// Applies each version of an aggregate once, and none after a newer one. For consumers without a replica: a replica
    /// compares versions itself.
    #[must_use]
    pub fn once_per_version(self) -> Self {
        Self {
            is_once_per_version: true,
            ..self
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

    /// Adds an operation for an event. An event that cannot be decoded is a dead letter.
    #[must_use]
    pub fn on<E>(self, operation: impl for<'t> Operation<'t, E> + 'static) -> Self
    where
        E: DomainEvent + Send + 'static,
    {
        self.with(E::SUBJECT, Typed::new(operation))
    }

    /// Adds an operation for an event that needs additional context, such as a setting.
    #[must_use]
    pub fn on_with<E, C>(self, context: C, operation: impl for<'t> OperationWith<'t, E, C> + 'static) -> Self
    where
        E: DomainEvent + Send + 'static,
        C: Clone + Send + Sync + 'static,
    {
        self.with(E::SUBJECT, Contextual::new(context, operation))
    }

    /// Adds an operation for the events of a subject in stored form.
    #[must_use]
    pub fn on_subject(
        self,
        subject: &'static str,
        operation: impl for<'t> Operation<'t, Event> + 'static,
    ) -> Self {
        self.with(subject, Raw(operation))
    }

    /// The name of the source.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.source
    }

    fn in_batches(
        source: &'static str,
        subjects: Vec<&'static str>,
        reaction: Arc<dyn BatchReaction>,
    ) -> Self {
        Self {
            source,
            subjects,
            reactions: Reactions::Batch(reaction),
            // It sees to that itself.
            is_once_per_version: false,
            is_prompt: false,
        }
    }

    fn with(mut self, subject: &'static str, reaction: impl Reaction + 'static) -> Self {
        if let Reactions::Single(reactions) = &mut self.reactions {
            self.subjects.push(subject);
            reactions.push(Arc::new(reaction));
        }
        self
    }

    fn single(&self, subject: &str) -> Option<&dyn Reaction> {
        let Reactions::Single(reactions) = &self.reactions else {
            return None;
        };
        let place = self.subjects.iter().position(|known| *known == subject)?;
        reactions.get(place).map(|reaction| &**reaction)
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
        if let Reactions::Batch(reaction) = &self.reactions {
            return reaction.react(tx, std::slice::from_ref(event));
        }
        let Some(reaction) = self.single(&event.subject) else {
            let reason = format!("no operation for {}", event.subject);
            return Box::pin(async { Err(ApplyError::Rejected(reason)) });
        };
        if !self.is_once_per_version {
            return reaction.react(tx, event);
        }
        Box::pin(async move {
            let (id, version) = (&event.aggregate_id, event.aggregate_version);
            if tx.record_seen_version(self.source, id, version).await? {
                reaction.react(tx, event).await
            } else {
                Ok(())
            }
        })
    }

    fn apply_all<'t>(
        &'t self,
        tx: &'t mut Transaction,
        events: &'t [Event],
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        if let Reactions::Batch(reaction) = &self.reactions {
            return reaction.react(tx, events);
        }
        Box::pin(async move {
            for event in events {
                self.apply(tx, event).await?;
            }
            Ok(())
        })
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
