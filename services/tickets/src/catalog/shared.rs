//! The catalog of a database, which all requests share.
//!
//! It moves forward with each commit, before the commit is answered: a caller that has written finds it in the very next read. The database
//! calls [`Shared::committed`] in the order of the commits, so that nobody sees a state that was never committed. What is not known, at
//! the start, after a commit that failed half-way, and when another process has changed it, is loaded between two commits, by the first
//! who wants to read.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use contracts::{TicketId, Timestamp};
use event_log::{CommitOutcome, Database, Event};
use tokio::sync::Mutex;

use super::search::Matches;
use super::{Catalog, CatalogChange, Recent};
use crate::domain::Ticket;
use crate::error::TicketsError;
use crate::fold::{folded_title, search_terms};
use crate::search::{OnSaleQuery, Page};
use crate::store;

/// How many searches are remembered. The landing page makes each of its searches twice: for the count and for the page.
const SEARCHES: usize = 16;

/// Of how many tickets it may be unknown whether they have changed. When there are more, everything is loaded.
const MOST_UNKNOWN: usize = 1_000;

/// The catalog of a database. Clones are handles on the same one.
#[derive(Debug, Clone)]
pub(crate) struct SharedCatalog {
    db: Database,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: RwLock<State>,
    /// Searches queue here, for each other and for nothing else: each looks at every ticket.
    searches: Mutex<Recent<Vec<String>, Arc<Matches>>>,
}

#[derive(Debug)]
struct State {
    catalog: Catalog,
    unknown: Unknown,
}

/// What the catalog does not know.
#[derive(Debug, Clone)]
enum Unknown {
    Nothing,
    /// Whether these tickets have changed.
    Tickets(HashSet<TicketId>),
    Everything,
}

impl SharedCatalog {
    /// The catalog of that database. It is loaded when it is first read.
    pub(crate) fn of(db: &Database) -> Self {
        let shared = Arc::new(Shared {
            state: RwLock::new(State {
                catalog: Catalog::default(),
                unknown: Unknown::Everything,
            }),
            searches: Mutex::new(Recent::new(SEARCHES)),
        });
        let listening = Arc::clone(&shared);
        db.listen(move |change: &CatalogChange, outcome| listening.committed(change, outcome));
        let listening = Arc::clone(&shared);
        db.listen_to_others(move |events| listening.changed_by_others(events));
        Self {
            db: db.clone(),
            shared,
        }
    }

    /// Loads it from the database, whatever is known.
    pub(crate) async fn reload(&self) -> Result<(), TicketsError> {
        let forget = async { self.shared.write().unknown = Unknown::Everything };
        // A task that is loading something would mark it as known.
        self.db.between_commits(forget).await;
        self.load().await
    }

    /// A page of the tickets that can be bought at that instant, and the generation that it is of.
    pub(crate) async fn page(
        &self,
        query: &OnSaleQuery,
        now: Timestamp,
    ) -> Result<(u64, Page<Ticket>), TicketsError> {
        self.select(query.search.as_deref(), now, |catalog, matches| {
            (catalog.generation(), catalog.page(query, matches))
        })
        .await
    }

    /// How many tickets can be bought at that instant, of those that match the search if there is one.
    pub(crate) async fn count(&self, search: Option<&str>, now: Timestamp) -> Result<u64, TicketsError> {
        self.select(search, now, Catalog::count).await
    }

    /// The [`Catalog::generation`] of that instant.
    pub(crate) async fn generation(&self, now: Timestamp) -> Result<u64, TicketsError> {
        self.read(now, Catalog::generation).await
    }

    /// A ticket, if it is known here: sold ones are not.
    pub(crate) fn find(&self, id: TicketId) -> Option<Ticket> {
        let state = self.shared.read();
        match &state.unknown {
            Unknown::Nothing => state.catalog.find(id).cloned(),
            Unknown::Tickets(_) | Unknown::Everything => None,
        }
    }

    async fn select<T>(
        &self,
        search: Option<&str>,
        now: Timestamp,
        read: impl Fn(&Catalog, Option<&Matches>) -> T,
    ) -> Result<T, TicketsError> {
        let terms = search_terms(search);
        if terms.is_empty() {
            return self.read(now, |catalog| read(catalog, None)).await;
        }
        let mut searches = self.shared.searches.lock().await;
        self.read(now, |catalog| {
            let generation = catalog.generation();
            let matches = searches.get(generation, &terms).unwrap_or_else(|| {
                let matches = Arc::new(catalog.search(&terms));
                searches.insert(generation, terms.clone(), Arc::clone(&matches), 1);
                matches
            });
            read(catalog, Some(&matches))
        })
        .await
    }

    async fn read<T>(&self, now: Timestamp, mut read: impl FnMut(&Catalog) -> T) -> Result<T, TicketsError> {
        loop {
            if let Some(result) = self.shared.read_at(now, &mut read) {
                return Ok(result);
            }
            self.load().await?;
        }
    }

    /// Loads what is not known. No transaction commits in the meantime, so that it fits what the commits after it change.
    async fn load(&self) -> Result<(), TicketsError> {
        let shared = &self.shared;
        self.db
            .between_commits(async {
                let unknown = shared.read().unknown.clone();
                let queries = store::Queries::on(self.db.background_reader());
                match unknown {
                    // Somebody else has just loaded it.
                    Unknown::Nothing => Ok(()),
                    Unknown::Tickets(ids) => {
                        let ids: Vec<_> = ids.into_iter().collect();
                        let stored = queries.unsold_of(&ids).await?;
                        shared.write().replace(&ids, stored);
                        Ok(())
                    }
                    Unknown::Everything => {
                        let mut catalog = Catalog::in_place_of(&shared.read().catalog);
                        queries
                            .unsold(|ticket, folded| catalog.put(ticket, folded))
                            .await?;
                        *shared.write() = State {
                            catalog,
                            unknown: Unknown::Nothing,
                        };
                        Ok(())
                    }
                }
            })
            .await
    }
}

impl Shared {
    /// Reads the lists of that instant; `None` if something is not known.
    fn read_at<T>(&self, now: Timestamp, read: &mut impl FnMut(&Catalog) -> T) -> Option<T> {
        {
            let state = self.read();
            if !matches!(state.unknown, Unknown::Nothing) {
                return None;
            }
            if state.catalog.is_at(now) {
                return Some(read(&state.catalog));
            }
        }
        let mut state = self.write();
        state.catalog.move_to(now);
        matches!(state.unknown, Unknown::Nothing).then(|| read(&state.catalog))
    }

    /// A transaction has changed tickets. This is called before the next one commits, and before this one is answered.
    fn committed(&self, change: &CatalogChange, outcome: CommitOutcome) {
        let mut state = self.write();
        match (change, outcome) {
            (CatalogChange::Refolded, _) => state.unknown = Unknown::Everything,
            (CatalogChange::Saved(changed), CommitOutcome::Committed) => state.apply(changed),
            (CatalogChange::Saved(changed), CommitOutcome::InDoubt) => {
                state.doubt(changed.iter().map(super::ChangedTicket::id));
            }
        }
    }

    /// Another process has changed tickets, of which every change has an event. What they are now is in the database.
    fn changed_by_others(&self, events: &[Event]) {
        let changed = events
            .iter()
            .filter_map(|event| TicketId::parse(&event.aggregate_id).ok());
        self.write().doubt(changed);
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn apply(&mut self, changed: &[super::ChangedTicket]) {
        if matches!(self.unknown, Unknown::Everything) {
            // Loading it finds this change.
            return;
        }
        // Until all of them are in it nothing is known: a panic in between must not leave half of a commit.
        let unknown = std::mem::replace(&mut self.unknown, Unknown::Everything);
        for change in changed {
            let (id, title) = (change.id(), change.ticket.title.as_str());
            let folded = change.folded.as_deref().or_else(|| self.catalog.folded(id));
            // A ticket that was sold and refunded is not in the catalog.
            let folded = folded.map_or_else(|| folded_title(title).into(), Box::from);
            self.catalog.put(change.ticket.clone(), folded);
        }
        self.unknown = unknown;
    }

    fn doubt(&mut self, tickets: impl Iterator<Item = TicketId>) {
        let mut unknown = match std::mem::replace(&mut self.unknown, Unknown::Everything) {
            Unknown::Nothing => HashSet::new(),
            Unknown::Tickets(tickets) => tickets,
            Unknown::Everything => return,
        };
        unknown.extend(tickets);
        if unknown.len() <= MOST_UNKNOWN {
            self.unknown = Unknown::Tickets(unknown);
        }
    }

    /// Replaces tickets that were unknown by what is stored of them.
    fn replace(&mut self, tickets: &[TicketId], stored: Vec<(Ticket, Box<str>)>) {
        for id in tickets {
            self.catalog.remove(*id);
        }
        for (ticket, folded) in stored {
            self.catalog.put(ticket, folded);
        }
        self.unknown = Unknown::Nothing;
    }
}
