//! A dispute as this service knows it.

use contracts::{DisputeStatus, PaymentId, Timestamp};

use crate::{Dispute, Payment};

/// A buyer asks their bank for the money of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDispute {
    /// What the provider calls it.
    pub id: String,
    /// What it is about.
    pub payment: PaymentId,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Whether the money cannot be given back because of it.
    pub bars_refund: bool,
    /// Whether it is about all of the money.
    pub is_whole: bool,
    /// Why the buyer disputes, in the provider's words.
    pub reason: Option<String>,
    /// When it was heard of first.
    pub opened_at: Timestamp,
    /// When it was heard that it is closed.
    pub closed_at: Option<Timestamp>,
}

impl KnownDispute {
    /// What is known of a dispute after the provider said something of it at that instant; `None` if that is no news. One that
    /// is closed stays so: messages may come in any order.
    pub(crate) fn after(
        before: Option<&Self>,
        payment: &Payment,
        said: &Dispute,
        now: Timestamp,
    ) -> Option<Self> {
        let after = Self {
            id: said.id.clone(),
            payment: payment.id,
            status: said.status,
            bars_refund: said.bars_refund(),
            is_whole: said.is_whole(payment.amount),
            reason: said.reason.clone(),
            opened_at: before.map_or(now, |before| before.opened_at),
            closed_at: (said.status != DisputeStatus::Open).then_some(now),
        };
        match before {
            Some(before) if before.status != DisputeStatus::Open || *before == after => None,
            _ => Some(after),
        }
    }

    /// Whether the buyer has all of the money back by it.
    #[must_use]
    pub fn has_returned_the_money(&self) -> bool {
        self.status == DisputeStatus::Lost && self.is_whole
    }
}
