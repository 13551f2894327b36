//! The tickets on sale, kept rendered for every reader of the landing page.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use tickets::{Cursor, Sort, Tickets};
use tokio::sync::Mutex;

/// The first page of the tickets on sale in each order, rendered once per generation of the list. It shows everyone the same: nothing
/// about a visitor is given to what renders it. Clones share the lists.
#[derive(Clone, Default)]
pub struct ReadyLists(Arc<[Slot; Sort::ALL.len()]>);

/// A list, and the turn to render it again: many requests may find it outdated at once.
#[derive(Default)]
struct Slot {
    kept: RwLock<Option<(u64, Arc<ReadyList>)>>,
    turn: Mutex<()>,
}

/// What the page shows of a list.
pub(crate) struct ReadyList {
    /// How many tickets there are in all.
    pub(crate) count: u64,
    /// A text that changes whenever the page shows something else.
    pub(crate) marker: String,
    /// The HTML of the tickets; empty without any.
    pub(crate) cards: Arc<str>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<Cursor>,
}

impl ReadyLists {
    /// The list in this order, as new as the events and deadlines of now. It is rendered if it is outdated.
    pub(crate) async fn get<E, F>(
        &self,
        sort: Sort,
        tickets: &Tickets,
        render: impl FnOnce() -> F,
    ) -> Result<Arc<ReadyList>, E>
    where
        E: From<tickets::TicketsError>,
        F: Future<Output = Result<ReadyList, E>>,
    {
        let index = Sort::ALL
            .iter()
            .position(|known| *known == sort)
            .unwrap_or_default();
        let Some(slot) = self.0.get(index) else {
            return Ok(Arc::new(render().await?));
        };
        let wanted = tickets.list_generation().await?;
        if let Some(list) = slot.since(wanted) {
            return Ok(list);
        }
        let _turn = slot.turn.lock().await;
        // Another request may have rendered it in the meantime. If something has changed since then, it is new enough nevertheless: or
        // all who wait would render it, one after the other.
        if let Some(list) = slot.since(wanted) {
            return Ok(list);
        }
        // What is rendered now is of this generation or a newer one.
        let generation = tickets.list_generation().await?;
        let list = Arc::new(render().await?);
        *slot.kept.write().unwrap_or_else(PoisonError::into_inner) = Some((generation, Arc::clone(&list)));
        Ok(list)
    }
}

impl Slot {
    /// The list, if it is of that generation or a newer one: generations only grow.
    fn since(&self, generation: u64) -> Option<Arc<ReadyList>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let (kept_generation, list) = kept.as_ref()?;
        (*kept_generation >= generation).then(|| Arc::clone(list))
    }
}
