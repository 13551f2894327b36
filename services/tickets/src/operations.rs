//! The operations on tickets.

mod command;
mod create;
mod edit;
mod form;
pub(crate) mod hold;
mod publish;
mod refold;
pub(crate) mod working_set;

use contracts::forms::TicketFields;
use contracts::views::TicketView;
use contracts::{MinimumPrice, Offer, OfferChange, Refusal, TicketId, Timestamp, UserId};
use event_log::{BatchQueue, Database, EventSource};
pub use form::FormResult;
use web::Caller;

use self::command::{Command, Commands, Request};
use self::form::Forms;
use crate::catalog::SharedCatalog;
use crate::domain::RevertedEdit;
use crate::error::TicketsError;
use crate::metrics::TicketsMetrics;
use crate::search::{OnSaleQuery, Page};
use crate::views::TicketDetails;
use crate::{listing, store};

/// The tickets service: listings and their availability.
#[derive(Clone)]
pub struct Tickets {
    db: Database,
    minimum_price: MinimumPrice,
    commands: BatchQueue<Commands>,
    forms: BatchQueue<Forms>,
    catalog: SharedCatalog,
    metrics: TicketsMetrics,
}

impl Tickets {
    /// The service on its database, which was opened with [`crate::MIGRATIONS`].
    #[must_use]
    pub fn new(db: Database) -> Self {
        let metrics = TicketsMetrics::default();
        let db = db.counting(metrics.of_commits());
        Self {
            commands: BatchQueue::new(db.clone(), Commands),
            forms: BatchQueue::new(db.clone(), Forms),
            catalog: SharedCatalog::of(&db),
            db,
            minimum_price: MinimumPrice::default(),
            metrics,
        }
    }

    /// Sets the minimum price, for a marketplace where lower prices cannot be charged.
    #[must_use]
    pub fn with_minimum_price(self, minimum_price: MinimumPrice) -> Self {
        Self {
            minimum_price,
            ..self
        }
    }

    /// The lowest price at which a ticket can be listed. Tickets may have been listed below it, with another payment
    /// provider: those stay as they are until they are edited.
    #[must_use]
    pub fn minimum_price(&self) -> MinimumPrice {
        self.minimum_price
    }

    /// The offer of a new ticket, if it can be listed here.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn check_offer(&self, fields: TicketFields) -> Result<Offer, Refusal> {
        listing::check(fields, self.minimum_price).offer()
    }

    /// The edit of a ticket, if its new offer can be listed here.
    ///
    /// # Errors
    /// All failing fields together.
    pub fn check_change(&self, fields: TicketFields) -> Result<OfferChange, Refusal> {
        listing::check(fields, self.minimum_price).change()
    }

    async fn execute(
        &self,
        caller: Caller<TicketView>,
        command: Command,
    ) -> Result<TicketView, TicketsError> {
        let Caller {
            user: seller,
            recorder,
        } = caller;
        self.commands
            .submit(Request {
                seller,
                command,
                recorder,
            })
            .await
    }

    pub(crate) fn metrics(&self) -> &TicketsMetrics {
        &self.metrics
    }

    /// The events of this service, to read and to follow.
    #[must_use]
    pub fn events(&self) -> EventSource {
        self.db.events()
    }

    pub(crate) fn database(&self) -> &Database {
        &self.db
    }

    /// The current instant of this service, for views and availability.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.db.clock().now_ms())
    }

    /// Loads the tickets on sale into memory, where lists and searches find them. To be called before the first request, which would
    /// load them otherwise, and after a write to the database past this service.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn load_catalog(&self) -> Result<(), TicketsError> {
        self.catalog.reload().await
    }

    /// A page of the tickets that can be bought now.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn on_sale(&self, query: OnSaleQuery) -> Result<Page<TicketDetails>, TicketsError> {
        let now = self.now();
        let (_, page) = self.catalog.page(&query, now).await?;
        Ok(page.details(now))
    }

    /// The same, as the REST API shows it, with its generation.
    pub(crate) async fn list(&self, query: &OnSaleQuery) -> Result<(u64, Page<TicketView>), TicketsError> {
        let now = self.now();
        let (generation, page) = self.catalog.page(query, now).await?;
        Ok((generation, page.views(now)))
    }

    /// The generation of the lists of tickets on sale: as long as it stays, so do they. A commit changes it before it is answered, and
    /// the end of a hold at its instant.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn list_generation(&self) -> Result<u64, TicketsError> {
        self.catalog.generation(self.now()).await
    }

    /// How many tickets can be bought now, of those that match the search if there is one.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn count_on_sale(&self, search: Option<&str>) -> Result<u64, TicketsError> {
        self.catalog.count(search, self.now()).await
    }

    /// One ticket, held or not.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn find(&self, id: TicketId) -> Result<Option<TicketDetails>, TicketsError> {
        let ticket = match self.catalog.find(id) {
            Some(ticket) => Some(ticket),
            // It is sold, or nobody has listed it.
            None => store::Queries::on(self.db.reader()).find(id).await?,
        };
        Ok(ticket.map(|ticket| ticket.details(self.now())))
    }

    /// A page of the tickets of a seller, in any state, the newest first: at most `limit` of those after `after`, and at most
    /// [`OnSaleQuery::MAX_LIMIT`].
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn listed_by(
        &self,
        seller: UserId,
        after: Option<TicketId>,
        limit: u32,
    ) -> Result<Page<TicketDetails>, TicketsError> {
        let size = limit.clamp(1, OnSaleQuery::MAX_LIMIT);
        let page = store::Queries::on(self.db.reader())
            .listed_by(seller, after, size)
            .await?;
        Ok(page.details(self.now()))
    }

    /// The last reverted edit of a ticket, until the next edit. It is for the seller only.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn reverted_edit(&self, id: TicketId) -> Result<Option<RevertedEdit>, TicketsError> {
        store::Queries::on(self.db.reader()).reverted_edit(id).await
    }

    /// The reverted edits of a seller's tickets on one page: those with ids from the lowest to the highest among `tickets`.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn reverted_edits_among(
        &self,
        seller: UserId,
        tickets: &[TicketId],
    ) -> Result<Vec<RevertedEdit>, TicketsError> {
        match (tickets.iter().min(), tickets.iter().max()) {
            (Some(&first), Some(&last)) => {
                store::Queries::on(self.db.reader())
                    .reverted_edits_among(seller, first, last)
                    .await
            }
            _ => Ok(vec![]),
        }
    }
}
