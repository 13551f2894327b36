//! The operations on tickets.

pub(crate) mod hold;

use contracts::events::{TicketCreated, TicketUpdated};
use contracts::forms::TicketFields;
use contracts::{MinimumPrice, Offer, OfferChange, Refusal, TicketId, Timestamp, UserId};
use event_log::{Database, DatabaseError, Transaction};
use web::{Caller, FormSubmission};

use crate::domain::{RevertedEdit, Ticket};
use crate::error::TicketsError;
use crate::metrics::TicketsMetrics;
use crate::search::{OnSaleQuery, Page};
use crate::store::Tables;
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

    /// The database, for its commits.
    pub fn database(&self) -> &Database {
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
    pub async fn on_sale(&self, query: OnSaleQuery) -> Result<Page<Ticket>, TicketsError> {
        store::Queries::on(self.db.search_reader())
            .on_sale(&query, self.now())
            .await
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

    /// One ticket, held or not.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn find(&self, id: TicketId) -> Result<Option<Ticket>, TicketsError> {
        store::Queries::on(self.db.reader()).find(id).await
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
    ) -> Result<Page<Ticket>, TicketsError> {
        let size = limit.clamp(1, OnSaleQuery::MAX_LIMIT);
        store::Queries::on(self.db.reader())
            .listed_by(seller, after, size)
            .await
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
        tickets: &[Ticket],
    ) -> Result<Vec<RevertedEdit>, TicketsError> {
        let ids = || tickets.iter().map(|ticket| ticket.id);
        match (ids().min(), ids().max()) {
            (Some(first), Some(last)) => {
                store::Queries::on(self.db.reader())
                    .reverted_edits_among(seller, first, last)
                    .await
            }
            _ => Ok(vec![]),
        }
    }

    /// Puts a ticket on sale.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn create(
        &self,
        caller: impl Into<Caller<Ticket>>,
        ticket: Offer,
    ) -> Result<Ticket, TicketsError> {
        let caller = caller.into();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let ticket = insert(tx, caller.user, ticket).await?;
                    caller.recorder.record(tx, &ticket).await?;
                    Ok(ticket)
                })
            })
            .await
    }

    /// Lists a ticket with a form that may be submitted twice: the second time it returns the current state of the first ticket,
    /// even if the form was changed in between.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn create_from_form(
        &self,
        seller: UserId,
        ticket: Offer,
        submission: FormSubmission,
    ) -> Result<FormResult, TicketsError> {
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(earlier) = submission.earlier_result(tx).await? {
                        return Ok(FormResult {
                            ticket: tx.tickets().find_created(earlier.result).await?,
                            is_as_submitted: earlier.is_same_content,
                        });
                    }
                    let ticket = insert(tx, seller, ticket).await?;
                    submission.record_result(tx, &ticket.id.to_string()).await?;
                    Ok(FormResult {
                        ticket,
                        is_as_submitted: true,
                    })
                })
            })
            .await
    }

    /// Edits the offer of a ticket of this seller (title, price, and refund hours if given), while no order holds it.
    ///
    /// An order may have been made a moment ago that this service has not consumed yet. The order then wins: its offer is
    /// restored, and the seller is shown the [`RevertedEdit`].
    ///
    /// # Errors
    /// `NotFound`, `Held`, `NotOwner`, checked in this order.
    #[tracing::instrument(level = "debug", skip_all, fields(ticket.id = %id))]
    pub async fn edit(
        &self,
        seller: UserId,
        id: TicketId,
        change: impl Into<OfferChange>,
    ) -> Result<Ticket, TicketsError> {
        let change = change.into();
        self.db
            .write(move |tx| Box::pin(edit(tx, seller, id, change)))
            .await
    }
}

/// The ticket that a form has put on sale, now or when it was submitted before.
#[derive(Debug, Clone)]
pub struct FormResult {
    /// The ticket, in its current state.
    pub ticket: Ticket,
    /// False if the form was submitted before with another content, which the ticket was created from.
    pub is_as_submitted: bool,
}

async fn insert(tx: &mut Transaction, seller: UserId, ticket: Offer) -> Result<Ticket, TicketsError> {
    let ticket = Ticket {
        id: TicketId::from_uuid(tx.next_id()),
        title: ticket.title,
        price: ticket.price,
        refund: ticket.refund,
        seller,
        version: 0,
        offer_version: 0,
        hold: None,
        created_at: Timestamp::from_millis(tx.now_ms()),
    };
    tx.tickets().insert(&ticket).await?;
    let event = TicketCreated {
        id: ticket.id,
        version: ticket.version,
        title: ticket.title.clone(),
        price: ticket.price,
        user_id: ticket.seller,
        refund_hours: ticket.refund,
    };
    tx.append(
        TicketCreated::SUBJECT,
        &ticket.id.to_string(),
        ticket.version,
        &event,
    )
    .await?;
    Ok(ticket)
}

async fn edit(
    tx: &mut Transaction,
    seller: UserId,
    id: TicketId,
    change: OfferChange,
) -> Result<Ticket, TicketsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    if let Some(ticket) = tx.tickets().edit_if_free(seller, id, &change, now).await? {
        tx.tickets().delete_reverted_edit(id).await?;
        publish_updated(tx, &ticket).await?;
        return Ok(ticket);
    }
    // Nothing was changed; the state in the same transaction shows why.
    match tx.tickets().find(id).await? {
        None => Err(TicketsError::NotFound),
        Some(ticket) if !ticket.is_available(now) => Err(TicketsError::Held),
        Some(_) => Err(TicketsError::NotOwner),
    }
}

/// Publishes a new version, in the transaction of the change.
async fn publish_updated(tx: &mut Transaction, ticket: &Ticket) -> Result<(), DatabaseError> {
    let event = TicketUpdated {
        id: ticket.id,
        version: ticket.version,
        title: ticket.title.clone(),
        price: ticket.price,
        user_id: ticket.seller,
        refund_hours: ticket.refund,
        order_id: ticket.hold.map(|hold| hold.order_id),
    };
    tx.append(
        TicketUpdated::SUBJECT,
        &ticket.id.to_string(),
        ticket.version,
        &event,
    )
    .await?;
    Ok(())
}
