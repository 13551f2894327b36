//! Recording disputes and their consequences.

use std::time::Duration;

use contracts::events::{PaymentDisputeClosed, PaymentDisputed};
use contracts::{DisputeStatus, OrderId, PaymentId, PaymentStatus, Timestamp};
use event_log::Transaction;

use super::{Payments, change};
use crate::dispute::Dispute;
use crate::domain::{Payment, transition};
use crate::error::PaymentsError;
use crate::provider::DisputeUpdate;
use crate::provider::ProviderDispute;
use crate::store;
use crate::store::Tables;
use crate::views::DisputeDetails;

/// How long after a check of a dispute it is checked again. It takes weeks, and its end is reported by a webhook; but
/// webhooks can be lost.
const CHECK_INTERVAL: Duration = Duration::from_hours(1);

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
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let now = Timestamp::from_millis(tx.now_ms());
                    if !tx.inbox().receive_dispute(&event_id, payment, now).await? {
                        return Ok(false);
                    }
                    record(tx, payment, &dispute).await?;
                    Ok(true)
                })
            })
            .await
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
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    for dispute in &disputes {
                        record(tx, id, dispute).await?;
                    }
                    let next = Timestamp::from_millis(tx.now_ms()).plus(CHECK_INTERVAL);
                    tx.disputes().postpone(id, next).await
                })
            })
            .await
    }
}

/// Records the state of a dispute and its consequences.
async fn record(
    tx: &mut Transaction,
    payment: PaymentId,
    reported: &ProviderDispute,
) -> Result<(), PaymentsError> {
    let Some(payment) = tx.payments().find(payment).await? else {
        return Ok(());
    };
    let now = Timestamp::from_millis(tx.now_ms());
    let before = tx.disputes().find(&reported.id).await?;
    let Some(dispute) = Dispute::after(before.as_ref(), &payment, reported, now) else {
        return Ok(());
    };
    tx.disputes().save(&dispute, now.plus(CHECK_INTERVAL)).await?;
    if dispute.status == DisputeStatus::Open {
        let is_known = before.is_some_and(|before| before.blocks_refund == dispute.blocks_refund);
        if !is_known {
            tracing::info!(payment.id = %payment.id, dispute.id = dispute.id, "a payment is disputed");
            let payment = publish_disputed(tx, payment, &dispute).await?;
            retry_refund(tx, payment, &dispute, now).await?;
        }
        return Ok(());
    }
    let status = dispute.status.as_str();
    tracing::info!(payment.id = %payment.id, dispute.id = dispute.id, status, "a dispute is closed");
    let payment = publish_closed(tx, payment, &dispute).await?;
    if dispute.has_returned_money() && transition(payment.status, PaymentStatus::Refunded) {
        change::refunded(tx, payment, now).await?;
        return Ok(());
    }
    retry_refund(tx, payment, &dispute, now).await
}

/// Retries a refund that was waiting for the dispute.
async fn retry_refund(
    tx: &mut Transaction,
    payment: Payment,
    dispute: &Dispute,
    now: Timestamp,
) -> Result<(), PaymentsError> {
    if payment.status == PaymentStatus::Refunding && !dispute.blocks_refund {
        change::start_refund(tx, payment, now).await?;
    }
    Ok(())
}

async fn publish_disputed(
    tx: &mut Transaction,
    payment: Payment,
    dispute: &Dispute,
) -> Result<Payment, PaymentsError> {
    let payment = next_version(tx, payment).await?;
    let event = PaymentDisputed {
        id: payment.id,
        version: payment.version,
        order_id: payment.order,
        dispute_id: dispute.id.clone(),
        blocks_refund: dispute.blocks_refund,
    };
    change::publish(tx, &payment, &event).await?;
    Ok(payment)
}

async fn publish_closed(
    tx: &mut Transaction,
    payment: Payment,
    dispute: &Dispute,
) -> Result<Payment, PaymentsError> {
    let payment = next_version(tx, payment).await?;
    let event = PaymentDisputeClosed {
        id: payment.id,
        version: payment.version,
        order_id: payment.order,
        dispute_id: dispute.id.clone(),
        outcome: dispute.status,
    };
    change::publish(tx, &payment, &event).await?;
    Ok(payment)
}

/// Saves the payment as its next version, for the event about it.
async fn next_version(tx: &mut Transaction, payment: Payment) -> Result<Payment, PaymentsError> {
    let next = Payment {
        version: payment.version + 1,
        ..payment
    };
    tx.payments().save(next).await
}
