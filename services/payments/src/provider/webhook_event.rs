//! Webhooks.

use contracts::PaymentId;

use super::{ChargeState, ProviderDispute};

/// An event that the provider sent by webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookEvent {
    /// About a payment.
    Payment(ChargeUpdate),
    /// About a dispute.
    Dispute(DisputeUpdate),
    /// A refund that was not made by this service failed.
    ExternalRefundFailed(ExternalRefundFailure),
}

/// A refund that was made outside of this service failed. If the payment counts as refunded because of it, its buyer does not have
/// the money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalRefundFailure {
    /// The provider's id of the event: the same for every delivery of it.
    pub event_id: String,
    /// The provider's id of the payment, or of a part of it.
    pub reference: String,
}

/// An event about a payment. Deliveries may be repeated, late, and in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeUpdate {
    /// The provider's id of the event: the same for every delivery of it.
    pub event_id: String,
    /// The payment.
    pub payment: PaymentId,
    /// The state that it reports.
    pub state: ChargeState,
}

/// An event about a dispute, delivered like a [`ChargeUpdate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeUpdate {
    /// The provider's id of the event: the same for every delivery of it.
    pub event_id: String,
    /// The provider's id of the payment, or of a part of it.
    pub reference: String,
    /// The dispute as it was then.
    pub dispute: ProviderDispute,
}
