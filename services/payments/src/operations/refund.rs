//! Refunding a payment.

use contracts::{PaymentId, PaymentStatus, Timestamp};
use event_log::Transaction;

use super::record::ProviderResult;
use super::{Payments, change};
use crate::dispute::Dispute;
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::provider::ProviderError;
use crate::provider::{ExternalRefundFailure, Outcome, RefundError};
use crate::store;
use crate::store::Tables;

impl Payments {
    /// Processes the failure of a refund that was made outside of this service; returns whether it is new. A payment that counts as
    /// refunded is opened again: the refunds at the provider are checked, and the missing amount is refunded.
    ///
    /// # Errors
    /// `Provider` if the payment cannot be determined: then the event must be delivered again.
    pub(super) async fn receive_external_refund_failure(
        &self,
        failed: ExternalRefundFailure,
    ) -> Result<bool, PaymentsError> {
        let ExternalRefundFailure { event_id, reference } = failed;
        let Some(payment) = self.find_payment_by_reference(&reference).await? else {
            return Ok(false);
        };
        self.db
            .write(move |tx| {
                Box::pin(async move { record_external_refund_failure(tx, &event_id, payment).await })
            })
            .await
    }

    /// The payment with that provider reference; the provider is queried if the reference is unknown here.
    pub(super) async fn find_payment_by_reference(
        &self,
        reference: &str,
    ) -> Result<Option<PaymentId>, PaymentsError> {
        match store::Queries::on(self.db.background_reader())
            .by_reference(self.provider.name(), reference)
            .await?
        {
            Some(payment) => Ok(Some(payment)),
            None => Ok(self.with_timeout(self.provider.payment_of(reference)).await?),
        }
    }

    /// Refunds a payment, unless a dispute decides about it: not while the dispute is open, nor once the buyer has the money
    /// by it. The money would be lost twice.
    pub(super) async fn refund(&self, payment: &Payment) -> Result<ProviderResult, PaymentsError> {
        let disputes = store::Queries::on(self.db.background_reader())
            .disputes_of(payment.id)
            .await?;
        if disputes.iter().any(Dispute::has_returned_money) {
            return Ok(Ok(Some(Outcome::Refunded.into())));
        }
        if disputes.iter().any(|dispute| dispute.blocks_refund) {
            // Nothing changes: the refund waits.
            return Ok(Ok(Some(Outcome::Succeeded.into())));
        }
        let rejected = store::Queries::on(self.db.background_reader())
            .rejected_refund_requests(payment.id)
            .await?;
        let limit = self.limits.config.provider_timeout;
        let error = match tokio::time::timeout(limit, self.provider.refund(payment, rejected)).await {
            Ok(Ok(state)) => return Ok(Ok(Some(state))),
            Ok(Err(RefundError::Rejected { error, is_disputed })) => {
                self.record_rejected_refund_request(payment, rejected).await?;
                if is_disputed {
                    // The webhook about it was lost, or arrives later.
                    self.check_disputes(payment).await?;
                }
                error
            }
            Ok(Err(RefundError::Unknown(error))) => error,
            Err(_) => ProviderError("not in time".to_owned()),
        };
        Ok(Err(error))
    }

    async fn record_rejected_refund_request(
        &self,
        payment: &Payment,
        rejected: u32,
    ) -> Result<(), PaymentsError> {
        let id = payment.id;
        self.db
            .write(move |tx| {
                Box::pin(async move { tx.payments().record_rejected_refund_request(id, rejected).await })
            })
            .await
    }
}

async fn record_external_refund_failure(
    tx: &mut Transaction,
    event_id: &str,
    payment: PaymentId,
) -> Result<bool, PaymentsError> {
    let now = Timestamp::from_millis(tx.now_ms());
    if !tx
        .inbox()
        .receive_external_refund_failure(event_id, payment, now)
        .await?
    {
        return Ok(false);
    }
    let payment = tx.payments().find(payment).await?;
    if let Some(payment) = payment.filter(|payment| payment.status == PaymentStatus::Refunded) {
        change::start_refund(tx, payment, now).await?;
    }
    Ok(true)
}
