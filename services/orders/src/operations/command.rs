//! The commands of callers, many of them in one transaction.

use contracts::views::OrderView;
use contracts::{OrderId, UserId};
use event_log::{BatchOperation, BatchResults, BoxFuture, Transaction, WorkingSet as _};
use web::ReplyRecorder;

use super::working_set::{Keys, WorkingSet};
use super::{OrdersConfig, cancel, pay, refund, reserve};
use crate::domain::Order;
use crate::error::OrdersError;
use crate::reservation_request::ReservationRequest;

/// A request to change orders.
pub(crate) struct Request {
    /// The caller.
    pub(super) user: UserId,
    /// For what.
    pub(super) command: Command,
    /// Records the reply, if it is to be recorded.
    pub(super) recorder: ReplyRecorder<OrderView>,
}

/// The command.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    /// A reservation of a ticket.
    Reserve(ReservationRequest),
    /// The end of an unpaid order.
    Cancel(OrderId),
    /// The start of a payment.
    StartPayment(OrderId),
    /// The refund of a complete order.
    Refund(OrderId),
}

/// Executes requests in batches.
pub(crate) struct Commands {
    pub(super) config: OrdersConfig,
}

impl Commands {
    fn keys(&self, requests: &[Request]) -> Keys {
        let mut keys = Keys::default();
        for request in requests {
            match request.command {
                Command::Reserve(ticket) => reserve::keys(&mut keys, request.user, ticket, &self.config),
                Command::Cancel(id) | Command::StartPayment(id) => keys.order(id),
                Command::Refund(id) => keys.order_with_disputes(id),
            }
        }
        keys
    }

    fn decide(&self, set: &mut WorkingSet, request: &Request) -> Result<Order, OrdersError> {
        match request.command {
            Command::Reserve(ticket) => reserve::reserve(set, request.user, ticket, &self.config),
            Command::Cancel(id) => cancel::cancel(set, request.user, id),
            Command::StartPayment(id) => {
                pay::start_payment(set, request.user, id, self.config.payment_extension)
            }
            Command::Refund(id) => refund::refund(set, request.user, id),
        }
    }
}

impl BatchOperation for Commands {
    type Request = Request;
    type Value = OrderView;
    type Error = OrdersError;

    fn execute<'t>(
        &'t self,
        tx: &'t mut Transaction,
        requests: &'t [Request],
    ) -> BoxFuture<'t, Result<BatchResults<Self>, OrdersError>> {
        Box::pin(async move {
            let mut set = WorkingSet::load(tx, self.keys(requests)).await?;
            let results: Vec<_> = requests
                .iter()
                .map(|request| Ok(self.decide(&mut set, request)?.view()))
                .collect();
            set.save(tx).await?;
            let recorders: Vec<_> = requests.iter().map(|request| &request.recorder).collect();
            ReplyRecorder::record_accepted(tx, &recorders, &results).await?;
            Ok(results)
        })
    }
}
