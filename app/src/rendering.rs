//! Something that is rendered from the tickets on sale, and kept until they change.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use tickets::{Tickets, TicketsError};
use tokio::sync::Mutex;

/// A rendering of the tickets on sale, made once per generation of the list, and the turn to make it again: many requests may find it
/// outdated at once. It is the same for everybody: nothing about a visitor may be given to what renders it.
#[derive(Debug)]
pub struct Rendering<T> {
    kept: RwLock<Option<(u64, Arc<T>)>>,
    turn: Mutex<()>,
}

impl<T> Rendering<T> {
    /// The rendering, as new as the events and deadlines of now. It is made if it is outdated.
    ///
    /// # Errors
    /// Those of the tickets service and of `render`.
    pub async fn current<E, F>(&self, tickets: &Tickets, render: impl FnOnce() -> F) -> Result<Arc<T>, E>
    where
        E: From<TicketsError>,
        F: Future<Output = Result<T, E>>,
    {
        let wanted = tickets.list_generation().await?;
        if let Some(rendered) = self.since(wanted) {
            return Ok(rendered);
        }
        let _turn = self.turn.lock().await;
        // Another request may have rendered it in the meantime. If something has changed since then, it is new enough nevertheless: or
        // all who wait would render it, one after the other.
        if let Some(rendered) = self.since(wanted) {
            return Ok(rendered);
        }
        // What is rendered now is of this generation or a newer one.
        let generation = tickets.list_generation().await?;
        let rendered = Arc::new(render().await?);
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) =
            Some((generation, Arc::clone(&rendered)));
        Ok(rendered)
    }

    /// The rendering, if it is of that generation or a newer one: generations only grow.
    fn since(&self, generation: u64) -> Option<Arc<T>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let (kept_generation, rendered) = kept.as_ref()?;
        (*kept_generation >= generation).then(|| Arc::clone(rendered))
    }
}

impl<T> Default for Rendering<T> {
    fn default() -> Self {
        Self {
            kept: RwLock::default(),
            turn: Mutex::default(),
        }
    }
}
