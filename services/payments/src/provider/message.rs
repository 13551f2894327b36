//! What a provider tells by itself.

use contracts::PaymentId;

use super::{Answer, Dispute};

/// A message of the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// About a payment.
    Payment(Notice),
    /// About a dispute.
    Dispute(DisputeNotice),
    /// A refund that somebody else has made came to nothing.
    RefundOfOthers(FailedRefund),
}

/// A refund that somebody else has made came to nothing. If it was why a payment counted as given back, its buyer does not have
/// the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRefund {
    /// The provider's name of the message: the same for every delivery of it.
    pub event_id: String,
    /// What the provider calls the payment, or a part of it.
    pub reference: String,
}

/// A message of the provider about a payment. It may come any number of times, late, and in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The provider's name of the message: the same for every delivery of it.
    pub event_id: String,
    /// What it is about.
    pub payment: PaymentId,
    /// What it says.
    pub answer: Answer,
}

/// A message of the provider about a dispute, with the same liberties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeNotice {
    /// The provider's name of the message: the same for every delivery of it.
    pub event_id: String,
    /// What the provider calls the payment, or a part of it.
    pub reference: String,
    /// What it says.
    pub dispute: Dispute,
}
