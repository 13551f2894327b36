//! The commands of sellers, many of them in one transaction.

use contracts::views::TicketView;
use contracts::{Offer, OfferChange, TicketId, UserId};
use event_log::{BatchOperation, BatchResults, BoxFuture, Transaction, WorkingSet as _};
use web::ReplyRecorder;

use super::working_set::{Keys, WorkingSet};
use super::{create, edit};
use crate::domain::Ticket;
use crate::error::TicketsError;

/// A request to list or change a ticket.
pub(crate) struct Request {
    /// The seller.
    pub(super) seller: UserId,
    /// What is requested.
    pub(super) command: Command,
    /// Records the reply, if it is to be recorded.
    pub(super) recorder: ReplyRecorder<TicketView>,
}

/// The command.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// A new ticket.
    Create(Offer),
    /// Another offer of a ticket.
    Edit(TicketId, OfferChange),
}

/// Executes requests in batches.
pub(crate) struct Commands;

impl Commands {
    fn keys(requests: &[Request]) -> Keys {
        let mut keys = Keys::default();
        for request in requests {
            match request.command {
                Command::Create(_) => {}
                Command::Edit(id, _) => keys.ticket(id),
            }
        }
        keys
    }

    fn decide(set: &mut WorkingSet, request: &Request) -> Result<Ticket, TicketsError> {
        match &request.command {
            Command::Create(offer) => create::create(set, request.seller, offer.clone()),
            Command::Edit(id, change) => edit::edit(set, request.seller, *id, change),
        }
    }
}

impl BatchOperation for Commands {
    type Request = Request;
    type Value = TicketView;
    type Error = TicketsError;

    fn execute<'t>(
        &'t self,
        tx: &'t mut Transaction,
        requests: &'t [Request],
    ) -> BoxFuture<'t, Result<BatchResults<Self>, TicketsError>> {
        Box::pin(async move {
            let mut set = WorkingSet::load(tx, Self::keys(requests)).await?;
            let now = set.now();
            let results: Vec<_> = requests
                .iter()
                .map(|request| Ok(Self::decide(&mut set, request)?.view(now)))
                .collect();
            set.save(tx).await?;
            let recorders: Vec<_> = requests.iter().map(|request| &request.recorder).collect();
            ReplyRecorder::record_accepted(tx, &recorders, &results).await?;
            Ok(results)
        })
    }
}
