//! What a payment is and how it may change. Pure: time comes in as an argument.

use contracts::views::PaymentView;
use contracts::{OrderId, PaymentFailure, PaymentId, PaymentStatus, Price, Timestamp, UserId};

use crate::PaymentsError;

/// One charge of a buyer for one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The payment. The provider's idempotency keys are derived from it.
    pub id: PaymentId,
    /// What it pays for.
    pub order: OrderId,
    /// Who pays.
    pub buyer: UserId,
    /// How much: the price of the order.
    pub amount: Price,
    /// Where it stands.
    pub status: PaymentStatus,
    /// Why it failed, if it did.
    pub failure: Option<PaymentFailure>,
    /// Who moves the money, by the provider's name: no other one is ever asked about it.
    pub provider: String,
    /// How it is paid.
    pub method: Method,
    /// What the provider calls it, once that is known.
    pub reference: Option<String>,
    /// The provider's page where the buyer goes on, if there is one.
    pub redirect_url: Option<String>,
    /// When the provider said yes, by its own record; it stays when the money goes back.
    pub succeeded_at: Option<Timestamp>,
    /// When the provider said that the money did not go back after all, until it has.
    pub refund_failed_at: Option<Timestamp>,
    /// Until when the provider may still carry out the charge that it was asked for: before that, its not knowing the payment
    /// means nothing.
    pub may_be_charged_until: Timestamp,
    /// The version of the last event about it.
    pub version: i64,
    /// Grows by one with everything that is written down about it. An answer of the provider is older than what is known by
    /// now if this is not what it was when the question began.
    pub revision: i64,
    /// When the provider is to be asked about it next; `None` when nothing about it is open.
    pub next_check_at: Option<Timestamp>,
    /// How often it was asked since its status changed last.
    pub attempts: u32,
    /// What went wrong the last time it was asked.
    pub last_error: Option<String>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// How a payment is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Method {
    /// With what stands for a card at the provider.
    Token(String),
    /// On the provider's own page, which leads back to this address afterwards.
    Hosted(String),
}

/// Whether a status may follow another: one only ever goes on in the order intended, processing, failed, succeeded,
/// refunding, refunded, leaving out what does not happen.
///
/// The order makes messages of the provider safe that come twice, late, or the wrong way round: what is further on
/// stays. Failed comes before succeeded because money may arrive after a refusal (a second card on the provider's page),
/// while money that was taken is never refused any more. Only a refund that failed after all leads back, and is not asked
/// about here.
#[must_use]
pub fn transition(from: PaymentStatus, to: PaymentStatus) -> bool {
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
    /// The payment in another status, with nothing left to ask the provider for.
    #[must_use]
    pub fn settled(self, status: PaymentStatus, failure: Option<PaymentFailure>, now: Timestamp) -> Self {
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

    /// The same as the next version, which an event tells of.
    #[must_use]
    pub fn decided(self, status: PaymentStatus, failure: Option<PaymentFailure>, now: Timestamp) -> Self {
        Self {
            version: self.version + 1,
            ..self.settled(status, failure, now)
        }
    }

    /// The payment in a status in which the provider is to be asked at once.
    #[must_use]
    pub fn open(self, status: PaymentStatus, now: Timestamp) -> Self {
        Self {
            next_check_at: Some(now),
            ..self.settled(status, None, now)
        }
    }

    /// What whoever paid is told: nothing if it succeeded, or may still succeed.
    ///
    /// # Errors
    /// `Failed` if the provider refused, and `OrderPaid` if another payment of the order succeeded meanwhile, so that the
    /// money of this one goes back.
    pub(crate) fn verdict(&self) -> Result<(), PaymentsError> {
        match (self.failure, self.status) {
            (Some(failure), _) => Err(PaymentsError::Failed(failure)),
            (None, PaymentStatus::Refunding | PaymentStatus::Refunded) => Err(PaymentsError::OrderPaid),
            (None, _) => Ok(()),
        }
    }

    /// The payment as its buyer sees it.
    #[must_use]
    pub fn view(&self) -> PaymentView {
        PaymentView {
            id: self.id,
            order_id: self.order,
            amount: self.amount,
            status: self.status,
            failure: self.failure,
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
