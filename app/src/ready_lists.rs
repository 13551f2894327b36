//! The tickets on sale, kept rendered for every reader of the landing page.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use tickets::{Cursor, Sort, Tickets};
use tokio::sync::Mutex;

use crate::list_version::ListVersion;

/// The first page of the tickets on sale in each order, rendered once per version of the list. It shows everyone the same: nothing
/// about a visitor is given to what renders it. Clones share the lists.
#[derive(Clone, Default)]
pub struct ReadyLists(Arc<[Slot; Sort::ALL.len()]>);

/// A list, and the turn to render it again: many requests may find it outdated at once.
#[derive(Default)]
struct Slot {
    kept: RwLock<Option<(ListVersion, Arc<ReadyList>)>>,
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
        let sequence = tickets.events().head();
        if let Some(list) = slot.current(sequence, tickets) {
            return Ok(list);
        }
        let _turn = slot.turn.lock().await;
        // Another request may have rendered it in the meantime.
        if let Some(list) = slot.current(sequence, tickets) {
            return Ok(list);
        }
        let version = ListVersion::take(tickets).await?;
        let list = Arc::new(render().await?);
        *slot.kept.write().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&list)));
        Ok(list)
    }
}

impl Slot {
    fn current(&self, sequence: i64, tickets: &Tickets) -> Option<Arc<ReadyList>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let (version, list) = kept.as_ref()?;
        version
            .is_current(sequence, tickets.now())
            .then(|| Arc::clone(list))
    }
}
