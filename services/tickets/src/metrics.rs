//! What is measured of listings.

use contracts::events::TicketCreated;
use event_log::CommitCounters;
use service::metrics::{Counter, Registry};

/// What is counted as it happens. Clones share their values.
#[derive(Debug, Clone, Default)]
pub(crate) struct TicketsMetrics {
    listed: Counter,
}

impl TicketsMetrics {
    /// What is counted by the commit of its event.
    pub(crate) fn of_commits(&self) -> CommitCounters {
        let listed = self.listed.clone();
        CommitCounters::new().on(move |_: &TicketCreated| Some(listed.clone()))
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register(
            "tickets_listed",
            "Tickets that were put on sale",
            self.listed.clone(),
        );
    }
}
