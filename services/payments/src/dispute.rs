//! A dispute as this service knows it.

use contracts::{DisputeStatus, PaymentId, Timestamp};

use crate::domain::Payment;
use crate::provider::ProviderDispute;

/// A recorded dispute, in which a buyer reclaims a payment from their bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dispute {
    /// The provider's id of it.
    pub(crate) id: String,
    /// The disputed payment.
    pub(crate) payment: PaymentId,
    /// Its status.
    pub(crate) status: DisputeStatus,
    /// Whether it prevents a refund.
    pub(crate) blocks_refund: bool,
    /// Whether it is about the whole amount.
    pub(crate) is_full_amount: bool,
    /// The buyer's reason, as the provider gives it.
    pub(crate) reason: Option<String>,
    /// When it was recorded first.
    pub(crate) opened_at: Timestamp,
    /// When it was recorded as closed.
    pub(crate) closed_at: Option<Timestamp>,
}

impl Dispute {
    /// The dispute after an update from the provider at that instant; `None` if nothing changes. A closed dispute stays
    /// closed: webhooks may arrive in any order.
    pub(crate) fn after(
        before: Option<&Self>,
        payment: &Payment,
        reported: &ProviderDispute,
        now: Timestamp,
    ) -> Option<Self> {
        let after = Self {
            id: reported.id.clone(),
            payment: payment.id,
            status: reported.status,
            blocks_refund: reported.blocks_refund(),
            is_full_amount: reported.is_full_amount(payment.amount),
            reason: reported.reason.clone(),
            opened_at: before.map_or(now, |before| before.opened_at),
            closed_at: (reported.status != DisputeStatus::Open).then_some(now),
        };
        match before {
            Some(before) if before.status != DisputeStatus::Open || *before == after => None,
            _ => Some(after),
        }
    }

    /// Whether the buyer got the whole amount back by it.
    pub(crate) fn has_returned_money(&self) -> bool {
        self.status == DisputeStatus::Lost && self.is_full_amount
    }
}
