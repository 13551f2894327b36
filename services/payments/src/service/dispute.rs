//! Disputes: what the provider says of them, and what follows.

use std::time::Duration;

use contracts::events::{PaymentDisputeClosed, PaymentDisputed};
use contracts::{DisputeStatus, OrderId, PaymentId, PaymentStatus, Timestamp};
use event_log::Transaction;

use super::{Payments, change};
use crate::provider::DisputeNotice;
use crate::{Dispute, KnownDispute, Payment, PaymentsError, store, transition};

/// How long after a look at a dispute the provider is asked again. It takes weeks, and its end is told by a message; only
/// messages can be lost.
const PAUSE: Duration = Duration::from_secs(60 * 60);

/// Payments whose disputes are looked at in one go.
const AT_ONCE: i64 = 10;

impl Payments {
    /// Takes a message about a dispute in, and says whether it was news. Whose payment it is about is asked of the provider where
    /// this service does not know it: a dispute has no name of this service's.
    ///
    /// # Errors
    /// `Provider` if it does not answer: then the message is to be sent again.
    pub async fn receive_dispute(&self, notice: DisputeNotice) -> Result<bool, PaymentsError> {
        let DisputeNotice {
            event_id,
            reference,
            dispute,
        } = notice;
        let Some(payment) = self.payment_called(&reference).await? else {
            tracing::debug!(
                dispute.id = dispute.id,
                "a dispute about a payment of somebody else's"
            );
            return Ok(false);
        };
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let now = Timestamp::from_millis(tx.now_ms());
                    if !store::receive_dispute(tx.connection(), &event_id, payment, now).await? {
                        return Ok(false);
                    }
                    record(tx, payment, &dispute).await?;
                    Ok(true)
                })
            })
            .await
    }

    /// Every dispute about payments of an order, in the order in which they were heard of. Whose order it is must have been
    /// looked at.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn disputes_of_order(&self, order: OrderId) -> Result<Vec<KnownDispute>, PaymentsError> {
        store::disputes_of_order(self.db.reader(), order).await
    }

    /// Every dispute that is not decided, in the order in which they were heard of.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn open_disputes(&self) -> Result<Vec<KnownDispute>, PaymentsError> {
        store::open_disputes(self.db.internal_reader()).await
    }

    /// Asks the provider about open disputes whose time has come. Gives how many payments it asked about.
    ///
    /// # Errors
    /// Internal ones only. A provider that does not answer is none: it is asked again later.
    pub async fn reconcile_disputes(&self) -> Result<usize, PaymentsError> {
        let now = self.now();
        let provider = self.provider.name();
        let due =
            store::due_disputes(self.db.internal_reader(), provider, now, now.plus(PAUSE), AT_ONCE).await?;
        for payment in &due {
            if let Some(payment) = store::find(self.db.internal_reader(), *payment).await? {
                self.look_at_disputes(&payment).await?;
            }
        }
        Ok(due.len())
    }

    /// Asks the provider for the disputes about a payment, and writes down how they stand.
    pub(super) async fn look_at_disputes(&self, payment: &Payment) -> Result<(), PaymentsError> {
        let id = payment.id;
        let disputes = match self.within_limit(self.provider.disputes(payment)).await {
            Ok(disputes) => disputes,
            Err(error) => {
                tracing::warn!(payment.id = %id, %error, "the disputes about a payment cannot be looked at");
                Vec::new()
            }
        };
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    for dispute in &disputes {
                        record(tx, id, dispute).await?;
                    }
                    let next = Timestamp::from_millis(tx.now_ms()).plus(PAUSE);
                    store::postpone_disputes(tx.connection(), id, next).await
                })
            })
            .await
    }
}

/// Writes down what the provider says of a dispute, and what follows from it.
async fn record(tx: &mut Transaction, payment: PaymentId, said: &Dispute) -> Result<(), PaymentsError> {
    let Some(payment) = store::find(tx.connection(), payment).await? else {
        return Ok(());
    };
    let now = Timestamp::from_millis(tx.now_ms());
    let before = store::find_dispute(tx.connection(), &said.id).await?;
    let Some(dispute) = KnownDispute::after(before.as_ref(), &payment, said, now) else {
        return Ok(());
    };
    store::save_dispute(tx.connection(), &dispute, now.plus(PAUSE)).await?;
    if dispute.status == DisputeStatus::Open {
        let is_known = before.is_some_and(|before| before.bars_refund == dispute.bars_refund);
        if !is_known {
            tracing::info!(payment.id = %payment.id, dispute.id = dispute.id, "a payment is disputed");
            let payment = publish_disputed(tx, payment, &dispute).await?;
            ask_for_a_refund_again(tx, payment, &dispute, now).await?;
        }
        return Ok(());
    }
    let status = dispute.status.as_str();
    tracing::info!(payment.id = %payment.id, dispute.id = dispute.id, status, "a dispute is closed");
    let payment = publish_closed(tx, payment, &dispute).await?;
    if dispute.has_returned_the_money() && transition(payment.status, PaymentStatus::Refunded) {
        change::refunded(tx, payment, now).await?;
        return Ok(());
    }
    ask_for_a_refund_again(tx, payment, &dispute, now).await
}

/// A refund that has waited for a dispute waits no longer.
async fn ask_for_a_refund_again(
    tx: &mut Transaction,
    payment: Payment,
    dispute: &KnownDispute,
    now: Timestamp,
) -> Result<(), PaymentsError> {
    if payment.status == PaymentStatus::Refunding && !dispute.bars_refund {
        change::give_back(tx, payment, now).await?;
    }
    Ok(())
}

async fn publish_disputed(
    tx: &mut Transaction,
    payment: Payment,
    dispute: &KnownDispute,
) -> Result<Payment, PaymentsError> {
    let payment = next_version(tx, payment).await?;
    let event = PaymentDisputed {
        id: payment.id,
        version: payment.version,
        order_id: payment.order,
        dispute_id: dispute.id.clone(),
        bars_refund: dispute.bars_refund,
    };
    change::announce(tx, PaymentDisputed::SUBJECT, &payment, &event).await?;
    Ok(payment)
}

async fn publish_closed(
    tx: &mut Transaction,
    payment: Payment,
    dispute: &KnownDispute,
) -> Result<Payment, PaymentsError> {
    let payment = next_version(tx, payment).await?;
    let event = PaymentDisputeClosed {
        id: payment.id,
        version: payment.version,
        order_id: payment.order,
        dispute_id: dispute.id.clone(),
        outcome: dispute.status,
    };
    change::announce(tx, PaymentDisputeClosed::SUBJECT, &payment, &event).await?;
    Ok(payment)
}

/// The payment as the version that an event about it tells of.
async fn next_version(tx: &mut Transaction, payment: Payment) -> Result<Payment, PaymentsError> {
    let next = Payment {
        version: payment.version + 1,
        ..payment
    };
    store::save(tx.connection(), next).await
}
