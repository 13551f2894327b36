//! All SQL of the payments service.

/// Payments with all columns of a [`PaymentRow`]; the argument is what follows `FROM payments`.
macro_rules! select_payments {
    ($rest:literal $(, $argument:expr)* $(,)?) => {
        event_log::query_as!(
            PaymentRow,
            "SELECT id, order_id, buyer_id, amount_cents, status, failure, provider, token, return_url, reference, redirect_url,
             succeeded_at, refund_failed_at, may_be_charged_until, version, revision, next_check_at, attempts, last_error,
             created_at, updated_at, charge_requested_at_age
             FROM payments " + $rest,
            $($argument),*
        )
    };
}

mod batch;
mod disputes;
mod inbox;
mod open;
mod open_counts;
mod orders;
mod refunds;
mod tables;

use contracts::{OrderId, PaymentFailure, PaymentId, Price, Timestamp, UserId};

pub(crate) use batch::{PaymentRecord, StoredPayment};
pub(crate) use inbox::ReceivedEvent;
pub(crate) use open::OrderPaymentState;
pub(crate) use open_counts::OpenCounts;
pub(crate) use orders::PayableOrder;
pub(crate) use refunds::RejectedRefund;
pub(crate) use tables::{DisputeStore, OrderReplica, PaymentStore, Queries, Tables, WebhookInbox};

use crate::domain::{Method, Payment};
use crate::error::PaymentsError;

/// A row of the table.
struct PaymentRow {
    id: String,
    order_id: String,
    buyer_id: String,
    amount_cents: i64,
    status: String,
    failure: Option<String>,
    provider: String,
    token: Option<String>,
    return_url: Option<String>,
    reference: Option<String>,
    redirect_url: Option<String>,
    succeeded_at: Option<i64>,
    refund_failed_at: Option<i64>,
    may_be_charged_until: i64,
    version: i64,
    revision: i64,
    next_check_at: Option<i64>,
    attempts: i64,
    last_error: Option<String>,
    created_at: i64,
    updated_at: i64,
    charge_requested_at_age: i64,
}

impl TryFrom<PaymentRow> for Payment {
    type Error = PaymentsError;

    fn try_from(row: PaymentRow) -> Result<Self, PaymentsError> {
        let corrupt = |reason| PaymentsError::Corrupt {
            id: row.id.clone(),
            reason,
        };
        let failure = row
            .failure
            .as_deref()
            .map(str::parse::<PaymentFailure>)
            .transpose();
        let method = match (row.token, row.return_url) {
            (Some(token), None) => Method::Token(token),
            (None, Some(url)) => Method::Hosted(url),
            _ => return Err(corrupt("token")),
        };
        Ok(Self {
            id: PaymentId::parse(&row.id).map_err(|_| corrupt("id"))?,
            order: OrderId::parse(&row.order_id).map_err(|_| corrupt("order_id"))?,
            buyer: UserId::parse(&row.buyer_id).map_err(|_| corrupt("buyer_id"))?,
            amount: Price::from_cents(row.amount_cents).ok_or_else(|| corrupt("amount_cents"))?,
            status: row.status.parse().map_err(|_| corrupt("status"))?,
            failure: failure.map_err(|_| corrupt("failure"))?,
            provider: row.provider,
            method,
            reference: row.reference,
            redirect_url: row.redirect_url,
            succeeded_at: row.succeeded_at.map(Timestamp::from_millis),
            refund_failed_at: row.refund_failed_at.map(Timestamp::from_millis),
            may_be_charged_until: Timestamp::from_millis(row.may_be_charged_until),
            version: row.version,
            revision: row.revision,
            next_check_at: row.next_check_at.map(Timestamp::from_millis),
            attempts: u32::try_from(row.attempts).map_err(|_| corrupt("attempts"))?,
            last_error: row.last_error,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}

impl Queries<'_> {
    /// One payment.
    pub(crate) async fn find(&self, id: PaymentId) -> Result<Option<Payment>, PaymentsError> {
        let id = id.to_string();
        let row = select_payments!("WHERE id = $1", id)
            .fetch_optional(self.0)
            .await?;
        row.map(Payment::try_from).transpose()
    }

    /// Every payment of an order, the oldest first.
    pub(crate) async fn of_order(&self, order: OrderId) -> Result<Vec<Payment>, PaymentsError> {
        let order = order.to_string();
        let rows = select_payments!("WHERE order_id = $1 ORDER BY id", order)
            .fetch_all(self.0)
            .await?;
        rows.into_iter().map(Payment::try_from).collect()
    }

    /// The payment with that reference at a provider.
    pub(crate) async fn by_reference(
        &self,
        provider: &str,
        reference: &str,
    ) -> Result<Option<PaymentId>, PaymentsError> {
        let id = event_log::query_scalar!(
            "SELECT id FROM payments WHERE reference = $1 AND provider = $2",
            reference,
            provider,
        )
        .fetch_optional(self.0)
        .await?;
        id.map(|id| {
            PaymentId::parse(&id).map_err(|_| PaymentsError::Corrupt {
                id: id.clone(),
                reason: "id",
            })
        })
        .transpose()
    }
}
