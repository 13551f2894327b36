//! The tickets on sale, kept rendered for every reader of the landing page.

use std::future::Future;
use std::sync::Arc;

use tickets::{Cursor, Sort, Tickets};

use crate::Rendering;

/// The first page of the tickets on sale in each order, rendered once per generation of the list. It shows everyone the same: nothing
/// about a visitor is given to what renders it. Clones share the lists.
#[derive(Clone, Default)]
pub struct ReadyLists(Arc<[Rendering<ReadyList>; Sort::ALL.len()]>);

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
        match self.0.get(index) {
            Some(list) => list.current(tickets, render).await,
            None => Ok(Arc::new(render().await?)),
        }
    }
}
