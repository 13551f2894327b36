//! Recording disputes and their consequences.

use std::time::Duration;

use contracts::events::{PaymentDisputeClosed, PaymentDisputed};
use contracts::{DisputeStatus, OrderId, PaymentId, PaymentStatus};

use super::command::{Command, Done};
use super::working_set::WorkingSet;
use super::{Payments, change};
use crate::dispute::Dispute;
use crate::domain::{Payment, transition};
use crate::error::PaymentsError;
use crate::provider::{DisputeUpdate, ProviderDispute};
use crate::store;
use crate::views::DisputeDetails;

/// How long after a check of a dispute it is checked again. It takes weeks, and its end is reported by a webhook; but
/// webhooks can be lost.
pub(super) const CHECK_INTERVAL: Duration = Duration::from_hours(1);

/// Payments whose disputes are checked per round.
const BATCH: i64 = 10;

impl Payments {
    /// Processes an event about a dispute; returns whether it is new. The provider is queried for the payment if
    /// its reference is unknown here: a dispute does not carry our metadata.
    ///
    /// # Errors
    /// `Provider` if it does not respond: then the event must be delivered again.
    pub async fn receive_dispute(&self, update: DisputeUpdate) -> Result<bool, PaymentsError> {
        let DisputeUpdate {
            event_id,
            reference,
            dispute,
        } = update;
        let Some(payment) = self.find_payment_by_reference(&reference).await? else {
            tracing::debug!(
                dispute.id = dispute.id,
                "ignored a dispute about a payment of another integration"
            );
            return Ok(false);
        };
        let command = Command::ReceiveDispute {
            event_id,
            payment,
            dispute,
        };
        Ok(self.execute(command).await?.has_effect)
    }

    /// Every dispute about payments of an order, in the order in which they were recorded. The caller must have checked the
    /// owner of the order.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn disputes_of_order(&self, order: OrderId) -> Result<Vec<DisputeDetails>, PaymentsError> {
        let disputes = store::Queries::on(self.db.reader())
            .disputes_of_order(order)
            .await?;
        Ok(disputes.into_iter().map(DisputeDetails::from).collect())
    }

    /// Every undecided dispute, in the order in which they were recorded.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn open_disputes(&self) -> Result<Vec<DisputeDetails>, PaymentsError> {
        let disputes = store::Queries::on(self.db.background_reader())
            .open_disputes()
            .await?;
        Ok(disputes.into_iter().map(DisputeDetails::from).collect())
    }

    /// Checks the open disputes that are due. Returns about how many payments.
    ///
    /// # Errors
    /// Internal ones only. A provider that does not respond is not an error: it is called again later.
    pub async fn reconcile_disputes(&self) -> Result<usize, PaymentsError> {
        let now = self.now();
        let provider = self.provider.name();
        let due = store::Queries::on(self.db.background_reader())
            .due_disputes(provider, now, now.plus(CHECK_INTERVAL), BATCH)
            .await?;
        for payment in &due {
            if let Some(payment) = store::Queries::on(self.db.background_reader())
                .find(*payment)
                .await?
            {
                self.check_disputes(&payment).await?;
            }
        }
        Ok(due.len())
    }

    /// Queries the provider for the disputes about a payment and records their state.
    pub(super) async fn check_disputes(&self, payment: &Payment) -> Result<(), PaymentsError> {
        let id = payment.id;
        let disputes = match self.with_timeout(self.provider.disputes(payment)).await {
            Ok(disputes) => disputes,
            Err(error) => {
                tracing::warn!(payment.id = %id, %error, "could not check the disputes about a payment");
                Vec::new()
            }
        };
        let payment = id;
        self.execute(Command::RecordDisputes { payment, disputes })
            .await?;
        Ok(())
    }
}

/// Records a webhook about a dispute and applies it, unless it was recorded before.
pub(super) fn receive(
    set: &mut WorkingSet,
    event_id: &str,
    payment: PaymentId,
    reported: &ProviderDispute,
) -> Result<Done, PaymentsError> {
    if !set.receive(event_id, payment, "disputed") {
        return Ok(Done::without_effect(None));
    }
    record(set, payment, reported)?;
    Ok(Done::received(set.payment(payment).cloned()))
}

/// Records the disputes about a payment as the provider has them now, and when they are checked next.
pub(super) fn record_all(
    set: &mut WorkingSet,
    payment: PaymentId,
    reported: &[ProviderDispute],
) -> Result<Done, PaymentsError> {
    for dispute in reported {
        record(set, payment, dispute)?;
    }
    set.postpone_disputes(payment);
    Ok(Done::received(set.payment(payment).cloned()))
}

/// Records the state of a dispute and its consequences.
fn record(set: &mut WorkingSet, payment: PaymentId, reported: &ProviderDispute) -> Result<(), PaymentsError> {
    let Some(payment) = set.payment(payment).cloned() else {
        return Ok(());
    };
    let before = set.dispute(&reported.id);
    let Some(dispute) = Dispute::after(before, &payment, reported, set.now()) else {
        return Ok(());
    };
    let is_known = before.is_some_and(|before| before.blocks_refund == dispute.blocks_refund);
    set.save_dispute(dispute.clone());
    if dispute.status == DisputeStatus::Open {
        if !is_known {
            tracing::info!(payment.id = %payment.id, dispute.id = dispute.id, "a payment is disputed");
            let payment = publish_disputed(set, payment, &dispute)?;
            retry_refund(set, payment, &dispute);
        }
        return Ok(());
    }
    let status = dispute.status.as_str();
    tracing::info!(payment.id = %payment.id, dispute.id = dispute.id, status, "a dispute is closed");
    let payment = publish_closed(set, payment, &dispute)?;
    if dispute.has_returned_money() && transition(payment.status, PaymentStatus::Refunded) {
        change::refunded(set, payment)?;
        return Ok(());
    }
    retry_refund(set, payment, &dispute);
    Ok(())
}

/// Retries a refund that was waiting for the dispute.
fn retry_refund(set: &mut WorkingSet, payment: Payment, dispute: &Dispute) {
    if payment.status == PaymentStatus::Refunding && !dispute.blocks_refund {
        change::start_refund(set, payment);
    }
}

fn publish_disputed(
    set: &mut WorkingSet,
    payment: Payment,
    dispute: &Dispute,
) -> Result<Payment, PaymentsError> {
    let payment = save_next_version(set, payment);
    let event = PaymentDisputed {
        id: payment.id,
        version: payment.version,
        order_id: payment.order,
        dispute_id: dispute.id.clone(),
        blocks_refund: dispute.blocks_refund,
    };
    set.publish(&payment, event)?;
    Ok(payment)
}

fn publish_closed(
    set: &mut WorkingSet,
    payment: Payment,
    dispute: &Dispute,
) -> Result<Payment, PaymentsError> {
    let payment = save_next_version(set, payment);
    let event = PaymentDisputeClosed {
        id: payment.id,
        version: payment.version,
        order_id: payment.order,
        dispute_id: dispute.id.clone(),
        outcome: dispute.status,
    };
    set.publish(&payment, event)?;
    Ok(payment)
}

/// Saves the payment as its next version, for the event about it.
fn save_next_version(set: &mut WorkingSet, payment: Payment) -> Payment {
    let next = Payment {
        version: payment.version + 1,
        ..payment
    };
    set.save_payment(next)
}
