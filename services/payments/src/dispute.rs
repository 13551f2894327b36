//! A dispute as this service knows it.

use contracts::{DisputeStatus, PaymentId, Timestamp};

use crate::domain::Payment;
use crate::provider::Dispute;

/// A recorded dispute, in which a buyer reclaims a payment from their bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownDispute {
    /// The provider's id of it.
    pub(crate) id: String,
    /// The disputed payment.
    pub(crate) payment: PaymentId,
    /// Its status.
    pub(crate) status: DisputeStatus,
    /// Whether it prevents a refund.
    pub(crate) bars_refund: bool,
    /// Whether it is about the whole amount.
    pub(crate) is_whole: bool,
    /// The buyer's reason, as the provider gives it.
    pub(crate) reason: Option<String>,
    /// When it was recorded first.
    pub(crate) opened_at: Timestamp,
    /// When it was recorded as closed.
    pub(crate) closed_at: Option<Timestamp>,
}

impl KnownDispute {
    /// The dispute after an update from the provider at that instant; `None` if nothing changes. A closed dispute stays
    /// closed: webhooks may arrive in any order.
    pub(crate) fn after(
        before: Option<&Self>,
        payment: &Payment,
        reported: &Dispute,
        now: Timestamp,
    ) -> Option<Self> {
        let after = Self {
            id: reported.id.clone(),
            payment: payment.id,
            status: reported.status,
            bars_refund: reported.bars_refund(),
            is_whole: reported.is_whole(payment.amount),
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
        self.status == DisputeStatus::Lost && self.is_whole
    }
}
