//! Calling the provider about a payment, until its response is certain not to be older than what is recorded.

use contracts::PaymentStatus;
use web::ReplyRecorder;

use super::Payments;
use super::command::Command;
use super::record::ProviderResult;
use super::retry::needs_payment;
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::provider::{Outcome, ProviderError};
use crate::store;

/// How many calls are made because a webhook arrived during each. After that it is left to the reconciler.
const MAX_CALLS: u32 = 5;

/// Which call to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProviderCall {
    /// The first charge.
    Charge,
    /// Whatever the status of the payment needs next.
    NextStep,
}

impl Payments {
    /// Calls the provider and records the result. If anything was recorded about the payment since the call began, the response
    /// may be older than that: it is discarded, and the provider is called again.
    #[tracing::instrument(level = "debug", skip_all, fields(payment.id = %payment.id))]
    pub(super) async fn call_provider(
        &self,
        payment: Payment,
        first: ProviderCall,
        recorder: ReplyRecorder<Payment>,
    ) -> Result<Payment, PaymentsError> {
        let (mut queried, mut call) = (payment, first);
        for _ in 0..MAX_CALLS {
            let result = match call {
                ProviderCall::Charge => self.with_timeout(self.provider.charge(&queried)).await.map(Some),
                ProviderCall::NextStep => self.query_provider(&mut queried).await?,
            };
            if let Err(error) = &result {
                self.metrics.not_answered();
                tracing::warn!(payment.id = %queried.id, %error, "a payment is in doubt and will be checked again");
            }
            let command = Command::Record {
                payment: queried.id,
                revision: queried.revision,
                result,
            };
            let recorded = self.execute_and_reply(command, recorder.clone()).await?;
            let payment = recorded.payment.ok_or(PaymentsError::NotFound)?;
            if recorded.has_effect {
                return Ok(payment);
            }
            tracing::info!(payment.id = %payment.id, "discarded a response about a payment because a webhook overtook it; querying again");
            (queried, call) = (payment, ProviderCall::NextStep);
        }
        tracing::warn!(payment.id = %queried.id, "webhooks about a payment arrived faster than responses; checking later");
        Ok(queried)
    }

    /// Makes the call that the status of a payment needs. `payment` is updated if a retry is recorded in between.
    async fn query_provider(&self, payment: &mut Payment) -> Result<ProviderResult, PaymentsError> {
        match payment.status {
            PaymentStatus::Refunding => self.refund(payment).await,
            PaymentStatus::Intended | PaymentStatus::Processing => self.query_charge(payment).await,
            PaymentStatus::Succeeded | PaymentStatus::Failed | PaymentStatus::Refunded => {
                Ok(self.with_timeout(self.provider.find(payment)).await)
            }
        }
    }

    /// Queries a charge. One that is undecided and no longer wanted is cancelled; one that is wanted and that the
    /// provider does not know is retried, under the same idempotency keys.
    async fn query_charge(&self, payment: &mut Payment) -> Result<ProviderResult, PaymentsError> {
        let queries = store::Queries::on(self.db.background_reader());
        let order = queries.find_order(payment.order).await?;
        let payments = queries.order_payment_state(payment.order).await?;
        let needs_payment = needs_payment(order.as_ref(), payments, self.now());
        match self.with_timeout(self.provider.find(payment)).await {
            Ok(Some(state)) if state.outcome == Outcome::Processing && !needs_payment => {
                Ok(self.with_timeout(self.provider.cancel(payment)).await.map(Some))
            }
            Ok(None) if needs_payment => match self.record_charge_retry(payment).await? {
                Some(again) => {
                    *payment = again;
                    Ok(self.with_timeout(self.provider.charge(payment)).await.map(Some))
                }
                None => Ok(Ok(None)),
            },
            result => Ok(result),
        }
    }

    /// Records that the charge is about to be retried, unless something was recorded in the meantime, or it is no longer
    /// wanted.
    async fn record_charge_retry(&self, queried: &Payment) -> Result<Option<Payment>, PaymentsError> {
        let command = Command::RetryCharge {
            payment: queried.id,
            revision: queried.revision,
        };
        let recorded = self.execute(command).await?;
        Ok(recorded.payment.filter(|_| recorded.has_effect))
    }

    /// Limits a provider call to [`PaymentsConfig::provider_timeout`](crate::PaymentsConfig::provider_timeout).
    pub(super) async fn with_timeout<T>(
        &self,
        call: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        match tokio::time::timeout(self.limits.config.provider_timeout, call).await {
            Ok(response) => response,
            Err(_) => Err(ProviderError("not in time".to_owned())),
        }
    }
}
