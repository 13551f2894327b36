//! Refunding a payment.

use contracts::{PaymentId, PaymentStatus};

use super::command::{Command, Done};
use super::record::ProviderResult;
use super::working_set::WorkingSet;
use super::{Payments, change};
use crate::dispute::Dispute;
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::provider::{ExternalRefundFailure, Outcome, ProviderError, RefundError};
use crate::store::{self, RejectedRefund};

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
        let command = Command::ReceiveExternalRefundFailure { event_id, payment };
        Ok(self.execute(command).await?.has_effect)
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
                self.record_rejected_request(payment.id, rejected).await?;
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

    /// Records that the request after `rejected` earlier ones was rejected.
    async fn record_rejected_request(
        &self,
        payment_id: PaymentId,
        rejected: u32,
    ) -> Result<(), PaymentsError> {
        let ended = rejected.saturating_add(1);
        let command = Command::RejectedRefund(RejectedRefund { payment_id, ended });
        self.execute(command).await?;
        Ok(())
    }
}

/// Records a webhook about the failure of a refund that was made outside of this service, unless it was recorded before. A payment
/// that counts as refunded is opened again.
pub(super) fn receive_external_failure(set: &mut WorkingSet, event_id: &str, payment: PaymentId) -> Done {
    if !set.receive(event_id, payment, Outcome::RefundFailed.as_str()) {
        return Done::without_effect(None);
    }
    let payment = set.payment(payment).cloned();
    Done::received(payment.map(|payment| {
        if payment.status == PaymentStatus::Refunded {
            change::start_refund(set, payment)
        } else {
            payment
        }
    }))
}
