//! Payments and their transitions. Pure: time is an argument.

use contracts::{OrderId, PaymentFailure, PaymentId, PaymentStatus, Price, Timestamp, UserId};

use crate::error::PaymentsError;

/// One charge of a buyer for one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id. The provider's idempotency keys are derived from it.
    pub id: PaymentId,
    /// The order that it pays for.
    pub order: OrderId,
    /// The buyer.
    pub buyer: UserId,
    /// The price of the order.
    pub amount: Price,
    /// Its status.
    pub status: PaymentStatus,
    /// Why it failed, if it did.
    pub failure: Option<PaymentFailure>,
    /// The name of its provider: no other one is ever called about it.
    pub provider: String,
    /// How it is paid.
    pub method: Method,
    /// The provider's id of it, once known.
    pub reference: Option<String>,
    /// The provider's page where the buyer continues, if there is one.
    pub redirect_url: Option<String>,
    /// When it succeeded, by the provider's clock; it stays after a refund.
    pub succeeded_at: Option<Timestamp>,
    /// When its refund failed, until it has been refunded.
    pub refund_failed_at: Option<Timestamp>,
    /// Until when the provider may still execute the charge: before that, a payment that it does not know has not failed.
    pub may_be_charged_until: Timestamp,
    /// The version of the last event about it.
    pub version: i64,
    /// Incremented with everything that is recorded about it. A response of the provider is outdated if this has changed since the
    /// call began.
    pub revision: i64,
    /// When it is to be checked with the provider next; `None` if it is settled.
    pub next_check_at: Option<Timestamp>,
    /// How often it was checked since its status changed last.
    pub attempts: u32,
    /// The error of the last check.
    pub last_error: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// How a payment is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// With a card token of the provider.
    Token(String),
    /// On the provider's own page, which returns to this address afterwards.
    Hosted(String),
}

/// Whether a status may follow another: it only ever advances in the order intended, processing, failed, succeeded,
/// refunding, refunded, possibly skipping some.
///
/// The order makes duplicate, late and reordered webhooks safe: a status that is further on stays.
/// Failed comes before succeeded because a payment may succeed after a decline (a second card on the provider's page),
/// while a successful one never fails again. Only a refund that failed later goes back, which is not decided
/// here.
#[must_use]
pub(crate) fn transition(from: PaymentStatus, to: PaymentStatus) -> bool {
    rank(to) > rank(from)
}

fn rank(status: PaymentStatus) -> u8 {
    match status {
        PaymentStatus::Intended => 0,
        PaymentStatus::Processing => 1,
        PaymentStatus::Failed => 2,
        PaymentStatus::Succeeded => 3,
        PaymentStatus::Refunding => 4,
        PaymentStatus::Refunded => 5,
    }
}

impl Payment {
    /// The payment in another status, with no further check due.
    #[must_use]
    pub(crate) fn with_final_status(
        self,
        status: PaymentStatus,
        failure: Option<PaymentFailure>,
        now: Timestamp,
    ) -> Self {
        Self {
            status,
            failure,
            next_check_at: None,
            attempts: 0,
            last_error: None,
            updated_at: now,
            ..self
        }
    }

    /// The payment as its next version, for the event that publishes it.
    #[must_use]
    pub(crate) fn next_version_with_status(
        self,
        status: PaymentStatus,
        failure: Option<PaymentFailure>,
        now: Timestamp,
    ) -> Self {
        Self {
            version: self.version + 1,
            ..self.with_final_status(status, failure, now)
        }
    }

    /// The payment in a status in which it is to be checked with the provider at once.
    #[must_use]
    pub(crate) fn with_open_status(self, status: PaymentStatus, now: Timestamp) -> Self {
        Self {
            next_check_at: Some(now),
            ..self.with_final_status(status, None, now)
        }
    }

    /// The outcome for the buyer: no error if it succeeded, or may still succeed.
    ///
    /// # Errors
    /// `Failed` if the payment failed, and `OrderPaid` if another payment of the order succeeded in the meantime, so that this one
    /// is refunded.
    pub(crate) fn outcome_for_buyer(&self) -> Result<(), PaymentsError> {
        match (self.failure, self.status) {
            (Some(failure), _) => Err(PaymentsError::Failed(failure)),
            (None, PaymentStatus::Refunding | PaymentStatus::Refunded) => Err(PaymentsError::OrderPaid),
            (None, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transition_is_decided_for_all_pairs() {
        use PaymentStatus::{Failed, Intended, Processing, Refunded, Refunding, Succeeded};
        let order = [Intended, Processing, Failed, Succeeded, Refunding, Refunded];
        for (earlier, from) in order.into_iter().enumerate() {
            for (later, to) in order.into_iter().enumerate() {
                assert_eq!(transition(from, to), later > earlier, "{from:?} to {to:?}");
            }
        }
    }
}
