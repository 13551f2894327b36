//! A consumer that applies a batch of events at once.

use std::fmt;
use std::sync::Arc;

use contracts::events::DomainEvent;
use event_log::{ApplyError, BoxFuture, Event, Transaction, WorkingSet};

use super::Subscription;

/// The consumer of one source's events that loads what a whole batch of them needs into a [`WorkingSet`], decides each in its turn, and
/// saves once.
pub struct BatchSubscription<W> {
    source: &'static str,
    /// In the order of `decoders`.
    subjects: Vec<&'static str>,
    decoders: Vec<Box<dyn Decoder<W>>>,
    is_once_per_version: bool,
}

impl<W: WorkingSet + 'static> BatchSubscription<W> {
    /// A consumer of a source, by the source's name, that has no use for any event yet.
    #[must_use]
    pub fn of(source: &'static str) -> Self {
        Self {
            source,
            subjects: Vec::new(),
            decoders: Vec::new(),
            is_once_per_version: false,
        }
    }

    /// Acts on each version of an aggregate once, and on none after a newer one. For consumers without a replica: a replica compares
    /// versions itself.
    #[must_use]
    pub fn once_per_version(self) -> Self {
        Self {
            is_once_per_version: true,
            ..self
        }
    }

    /// Adds an event: which rows it needs, and what it does to them. An event that cannot be decoded is a dead letter.
    #[must_use]
    pub fn on<E>(
        self,
        keys: fn(&E, &mut W::Keys),
        decide: impl Fn(&mut W, E) -> Result<(), W::Error> + Send + Sync + 'static,
    ) -> Self
    where
        E: DomainEvent + Send + 'static,
    {
        self.on_subject(E::SUBJECT, |event| Ok(event.decode()?), keys, decide)
    }

    /// Adds the events of a subject, which `read` takes from their stored form.
    #[must_use]
    pub fn on_subject<E>(
        mut self,
        subject: &'static str,
        read: fn(&Event) -> Result<E, ApplyError>,
        keys: fn(&E, &mut W::Keys),
        decide: impl Fn(&mut W, E) -> Result<(), W::Error> + Send + Sync + 'static,
    ) -> Self
    where
        E: Send + 'static,
    {
        self.subjects.push(subject);
        self.decoders.push(Box::new(Rule {
            read,
            keys,
            decide: Arc::new(decide),
        }));
        self
    }

    fn decode(&self, event: &Event) -> Result<Box<dyn Decision<W>>, ApplyError> {
        let place = self.subjects.iter().position(|known| *known == event.subject);
        match place.and_then(|place| self.decoders.get(place)) {
            Some(decoder) => decoder.decode(event),
            None => Err(ApplyError::Rejected(format!(
                "no operation for {}",
                event.subject
            ))),
        }
    }

    async fn apply(&self, tx: &mut Transaction, events: &[Event]) -> Result<(), ApplyError> {
        let are_newer = if self.is_once_per_version {
            tx.record_seen_versions(self.source, events).await?
        } else {
            vec![true; events.len()]
        };
        let newer = events.iter().zip(are_newer).filter(|(_, is_newer)| *is_newer);
        let decisions: Vec<_> = newer
            .map(|(event, _)| self.decode(event))
            .collect::<Result<_, _>>()?;
        if decisions.is_empty() {
            return Ok(());
        }
        let mut keys = W::Keys::default();
        for decision in &decisions {
            decision.keys(&mut keys);
        }
        let mut set = W::load(tx, keys).await.map_err(Into::into)?;
        for decision in decisions {
            decision.decide(&mut set).map_err(Into::into)?;
        }
        set.save(tx).await.map_err(Into::into)
    }
}

impl<W: WorkingSet + 'static> From<BatchSubscription<W>> for Subscription {
    fn from(consumer: BatchSubscription<W>) -> Self {
        Self::of(consumer.source, consumer.subjects.clone(), Arc::new(consumer))
    }
}

/// A consumer of batches, whatever its working set is.
pub(super) trait Reaction: Send + Sync {
    fn react<'t>(
        &'t self,
        tx: &'t mut Transaction,
        events: &'t [Event],
    ) -> BoxFuture<'t, Result<(), ApplyError>>;
}

impl<W: WorkingSet + 'static> Reaction for BatchSubscription<W> {
    fn react<'t>(
        &'t self,
        tx: &'t mut Transaction,
        events: &'t [Event],
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(self.apply(tx, events))
    }
}

/// What an event does to a working set.
trait Decision<W: WorkingSet>: Send {
    fn keys(&self, keys: &mut W::Keys);
    fn decide(self: Box<Self>, set: &mut W) -> Result<(), W::Error>;
}

/// Reads the events of one subject.
trait Decoder<W: WorkingSet>: Send + Sync {
    fn decode(&self, event: &Event) -> Result<Box<dyn Decision<W>>, ApplyError>;
}

type Decide<W, E> = dyn Fn(&mut W, E) -> Result<(), <W as WorkingSet>::Error> + Send + Sync;

/// What the events of one type do.
struct Rule<W: WorkingSet, E> {
    read: fn(&Event) -> Result<E, ApplyError>,
    keys: fn(&E, &mut W::Keys),
    decide: Arc<Decide<W, E>>,
}

/// A decoded event, and what it does.
struct Decoded<W: WorkingSet, E> {
    event: E,
    keys: fn(&E, &mut W::Keys),
    decide: Arc<Decide<W, E>>,
}

impl<W: WorkingSet + 'static, E: Send + 'static> Decoder<W> for Rule<W, E> {
    fn decode(&self, event: &Event) -> Result<Box<dyn Decision<W>>, ApplyError> {
        Ok(Box::new(Decoded {
            event: (self.read)(event)?,
            keys: self.keys,
            decide: Arc::clone(&self.decide),
        }))
    }
}

impl<W: WorkingSet, E: Send> Decision<W> for Decoded<W, E> {
    fn keys(&self, keys: &mut W::Keys) {
        (self.keys)(&self.event, keys);
    }

    fn decide(self: Box<Self>, set: &mut W) -> Result<(), W::Error> {
        (self.decide)(set, self.event)
    }
}

impl<W> fmt::Debug for BatchSubscription<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchSubscription")
            .field("source", &self.source)
            .field("subjects", &self.subjects)
            .finish_non_exhaustive()
    }
}
