//! Operations of any signature behind one trait.

use std::future::ready;
use std::marker::PhantomData;

use event_log::{ApplyError, BoxFuture, Event, Transaction};
use futures::TryFutureExt;
use serde::de::DeserializeOwned;

/// An operation on an event: an `async fn(&mut Transaction, E) -> Result<(), Error>`, with an error that the relay can handle.
pub trait Operation<'t, E>: Send + Sync {
    /// Its error.
    type Error: Into<ApplyError>;
    /// Its future, within the transaction.
    type Future: Future<Output = Result<(), Self::Error>> + Send + 't;

    /// Starts it.
    fn call(&self, tx: &'t mut Transaction, event: E) -> Self::Future;
}

impl<'t, E, F, Work, Error> Operation<'t, E> for F
where
    F: Fn(&'t mut Transaction, E) -> Work + Send + Sync,
    Work: Future<Output = Result<(), Error>> + Send + 't,
    Error: Into<ApplyError>,
{
    type Error = Error;
    type Future = Work;

    fn call(&self, tx: &'t mut Transaction, event: E) -> Work {
        self(tx, event)
    }
}

/// An operation with a third parameter: an `async fn(&mut Transaction, E, C) -> Result<(), Error>`.
pub trait OperationWith<'t, E, C>: Send + Sync {
    /// Its error.
    type Error: Into<ApplyError>;
    /// Its future, within the transaction.
    type Future: Future<Output = Result<(), Self::Error>> + Send + 't;

    /// Starts it.
    fn call(&self, tx: &'t mut Transaction, event: E, context: C) -> Self::Future;
}

impl<'t, E, C, F, Work, Error> OperationWith<'t, E, C> for F
where
    F: Fn(&'t mut Transaction, E, C) -> Work + Send + Sync,
    Work: Future<Output = Result<(), Error>> + Send + 't,
    Error: Into<ApplyError>,
{
    type Error = Error;
    type Future = Work;

    fn call(&self, tx: &'t mut Transaction, event: E, context: C) -> Work {
        self(tx, event, context)
    }
}

/// An operation on a stored event.
pub(super) trait Reaction: Send + Sync {
    fn react<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>>;
}

/// An operation on a decoded event.
pub(super) struct Typed<E, O> {
    operation: O,
    event: PhantomData<fn() -> E>,
}

impl<E, O> Typed<E, O> {
    pub(super) fn new(operation: O) -> Self {
        Self {
            operation,
            event: PhantomData,
        }
    }
}

impl<E, O> Reaction for Typed<E, O>
where
    E: DeserializeOwned + Send + 'static,
    O: for<'t> Operation<'t, E>,
{
    fn react<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        match event.decode() {
            Ok(event) => Box::pin(self.operation.call(tx, event).map_err(Into::into)),
            Err(error) => Box::pin(ready(Err(error.into()))),
        }
    }
}

/// An operation on a decoded event with additional context.
pub(super) struct Contextual<E, C, O> {
    context: C,
    operation: O,
    event: PhantomData<fn() -> E>,
}

impl<E, C, O> Contextual<E, C, O> {
    pub(super) fn new(context: C, operation: O) -> Self {
        Self {
            context,
            operation,
            event: PhantomData,
        }
    }
}

impl<E, C, O> Reaction for Contextual<E, C, O>
where
    E: DeserializeOwned + Send + 'static,
    C: Clone + Send + Sync + 'static,
    O: for<'t> OperationWith<'t, E, C>,
{
    fn react<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        match event.decode() {
            Ok(event) => {
                let work = self.operation.call(tx, event, self.context.clone());
                Box::pin(work.map_err(Into::into))
            }
            Err(error) => Box::pin(ready(Err(error.into()))),
        }
    }
}

/// An operation that decodes the event itself.
pub(super) struct Raw<O>(pub(super) O);

impl<O: for<'t> Operation<'t, Event>> Reaction for Raw<O> {
    fn react<'t>(
        &'t self,
        tx: &'t mut Transaction,
        event: &'t Event,
    ) -> BoxFuture<'t, Result<(), ApplyError>> {
        Box::pin(self.0.call(tx, event.clone()).map_err(Into::into))
    }
}
