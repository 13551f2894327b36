//! Asking the provider for a refund.

use contracts::{PaymentId, PaymentStatus, Timestamp};
use event_log::Transaction;

use super::record::Reply;
use super::{Payments, change};
use crate::provider::{FailedRefund, Outcome, RefundError};
use crate::{KnownDispute, Payment, PaymentsError, ProviderError, store};

impl Payments {
    /// Takes in that a refund of somebody else's has failed, and says whether it was news. A payment that counts as given back
    /// is open again by it: how the money stands is asked, and what is missing goes back.
    ///
    /// # Errors
    /// `Provider` if whose payment it is cannot be asked: then the message is to be sent again.
    pub(super) async fn receive_refund_of_others(&self, failed: FailedRefund) -> Result<bool, PaymentsError> {
        let FailedRefund { event_id, reference } = failed;
        let Some(payment) = self.payment_called(&reference).await? else {
            return Ok(false);
        };
        self.db
            .write(move |tx| Box::pin(async move { refund_of_others_failed(tx, &event_id, payment).await }))
            .await
    }

    /// The payment that the provider calls so, asked of it where this service does not know the name.
    pub(super) async fn payment_called(&self, reference: &str) -> Result<Option<PaymentId>, PaymentsError> {
        match store::by_reference(self.db.internal_reader(), self.provider.name(), reference).await? {
            Some(payment) => Ok(Some(payment)),
            None => Ok(self.within_limit(self.provider.payment_of(reference)).await?),
        }
    }

    /// Asks for the money of a payment to go back, unless a dispute decides about it: while that is open nothing is asked for,
    /// and nothing is once the buyer has the money by it. It would be lost twice.
    pub(super) async fn refund(&self, payment: &Payment) -> Result<Reply, PaymentsError> {
        let disputes = store::disputes_of(self.db.internal_reader(), payment.id).await?;
        if disputes.iter().any(KnownDispute::has_returned_the_money) {
            return Ok(Ok(Some(Outcome::Refunded.into())));
        }
        if disputes.iter().any(|dispute| dispute.bars_refund) {
            // The money is where it was, and the refund waits.
            return Ok(Ok(Some(Outcome::Succeeded.into())));
        }
        let ended = store::ended_refund_requests(self.db.internal_reader(), payment.id).await?;
        let limit = self.limits.config.answer_limit;
        let problem = match tokio::time::timeout(limit, self.provider.refund(payment, ended)).await {
            Ok(Ok(answer)) => return Ok(Ok(Some(answer))),
            Ok(Err(RefundError::Ended { problem, is_disputed })) => {
                self.end_refund_request(payment, ended).await?;
                if is_disputed {
                    // The message that would have told was lost, or comes later.
                    self.look_at_disputes(payment).await?;
                }
                problem
            }
            Ok(Err(RefundError::Unknown(problem))) => problem,
            Err(_) => ProviderError("not in time".to_owned()),
        };
        Ok(Err(problem))
    }

    async fn end_refund_request(&self, payment: &Payment, ended: u32) -> Result<(), PaymentsError> {
        let id = payment.id;
        self.db
            .write(move |tx| {
                Box::pin(async move { store::end_refund_request(tx.connection(), id, ended).await })
            })
            .await
    }
}

async fn refund_of_others_failed(
    tx: &mut Transaction,
    event_id: &str,
    payment: PaymentId,
) -> Result<bool, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    if !store::receive_refund_of_others(tx.connection(), event_id, payment, now).await? {
        return Ok(false);
    }
    let payment = store::find(tx.connection(), payment).await?;
    if let Some(payment) = payment.filter(|payment| payment.status == PaymentStatus::Refunded) {
        change::give_back(tx, payment, now).await?;
    }
    Ok(true)
}
