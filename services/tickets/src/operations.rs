//! The operations on tickets.

mod create;
mod edit;
pub(crate) mod hold;
mod publish;
mod refold;
mod reserved_offer;

use contracts::forms::TicketFields;
use contracts::{MinimumPrice, Offer, OfferChange, Refusal, TicketId, Timestamp, UserId};
pub use create::FormResult;
use event_log::{Database, EventSource};

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
    metrics: TicketsMetrics,
}

impl Tickets {
    /// The service on its database, which was opened with [`crate::MIGRATIONS`].
    #[must_use]
    pub fn new(db: Database) -> Self {
        let metrics = TicketsMetrics::default();
        Self {
            db: db.counting(metrics.of_commits()),
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

    /// A page of the tickets that can be bought now.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn on_sale(&self, query: OnSaleQuery) -> Result<Page<TicketDetails>, TicketsError> {
        let now = self.now();
        let page = store::Queries::on(self.db.search_reader())
            .on_sale(&query, now)
            .await?;
        Ok(page.details(now))
    }

    /// How many tickets can be bought now, of those that match the search if there is one.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn count_on_sale(&self, search: Option<&str>) -> Result<u64, TicketsError> {
        store::Queries::on(self.db.search_reader())
            .count_on_sale(search, self.now())
            .await
    }

    /// When the next hold ends that runs at this instant. Until then only events change what is on sale.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn next_hold_end(&self, now: Timestamp) -> Result<Option<Timestamp>, TicketsError> {
        store::Queries::on(self.db.reader()).next_hold_end(now).await
    }

    /// One ticket, held or not.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn find(&self, id: TicketId) -> Result<Option<TicketDetails>, TicketsError> {
        let ticket = store::Queries::on(self.db.reader()).find(id).await?;
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
