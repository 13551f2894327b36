//! What others see of payments and disputes. What the service needs for itself, such as keys, revisions and the next check, stays
//! in the domain.

use contracts::views::PaymentView;
use contracts::{DisputeStatus, PaymentFailure, PaymentId, PaymentStatus, Price, Timestamp};

use crate::dispute::Dispute;
use crate::domain::Payment;

/// A payment, as the pages of its buyer show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentDetails {
    /// The payment.
    pub id: PaymentId,
    /// How much.
    pub amount: Price,
    /// Its status.
    pub status: PaymentStatus,
    /// Why it failed, if it did.
    pub failure: Option<PaymentFailure>,
    /// The provider's page where the buyer continues, if there is one.
    pub redirect_url: Option<String>,
    /// When it changed last.
    pub changed_at: Timestamp,
}

impl PaymentDetails {
    /// Whether it may still complete its order: the orders service consumes a success a moment later.
    #[must_use]
    pub fn may_complete_its_order(&self) -> bool {
        self.status.is_open() || self.status == PaymentStatus::Succeeded
    }

    /// Whether the buyer's money was taken and is not back.
    #[must_use]
    pub fn has_money(&self) -> bool {
        matches!(self.status, PaymentStatus::Succeeded | PaymentStatus::Refunding)
    }
}

/// A dispute, as the pages of its buyer show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisputeDetails {
    /// The disputed payment.
    pub payment: PaymentId,
    /// Its status.
    pub status: DisputeStatus,
    /// Whether it prevents a refund.
    pub blocks_refund: bool,
    /// Whether the buyer got the whole amount back by it.
    pub has_returned_money: bool,
    /// When it was recorded first.
    pub opened_at: Timestamp,
    /// When it was recorded as closed.
    pub closed_at: Option<Timestamp>,
}

impl Payment {
    /// The payment, as the REST API shows it to its buyer.
    pub(crate) fn view(&self) -> PaymentView {
        PaymentView {
            id: self.id,
            order_id: self.order,
            amount: self.amount,
            status: self.status,
            failure: self.failure,
        }
    }

    /// The payment, as the pages of its buyer show it.
    pub(crate) fn details(self) -> PaymentDetails {
        PaymentDetails {
            id: self.id,
            amount: self.amount,
            status: self.status,
            failure: self.failure,
            redirect_url: self.redirect_url,
            changed_at: self.updated_at,
        }
    }
}

impl From<Dispute> for DisputeDetails {
    fn from(dispute: Dispute) -> Self {
        Self {
            payment: dispute.payment,
            status: dispute.status,
            blocks_refund: dispute.blocks_refund,
            has_returned_money: dispute.has_returned_money(),
            opened_at: dispute.opened_at,
            closed_at: dispute.closed_at,
        }
    }
}
