//! Reconciliation of open payments with the provider.

use std::sync::Arc;

use contracts::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use web::ReplyRecorder;

use super::Payments;
use super::in_flight::Claim;
use super::provider_call::ProviderCall;
use crate::domain::Payment;
use crate::error::PaymentsError;
use crate::provider::ProviderError;
use crate::store;

/// Concurrent calls about charges.
const MAX_CHARGE_CALLS: usize = 20;

/// Concurrent calls about refunds: separate permits, so that they never delay an order's deadline.
const MAX_REFUND_CALLS: usize = 10;

/// Limits the number of concurrent calls. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct CallPermits {
    charges: Arc<Semaphore>,
    refunds: Arc<Semaphore>,
}

impl Default for CallPermits {
    fn default() -> Self {
        Self {
            charges: Arc::new(Semaphore::new(MAX_CHARGE_CALLS)),
            refunds: Arc::new(Semaphore::new(MAX_REFUND_CALLS)),
        }
    }
}

/// Calls that are running.
pub(crate) type ProviderCalls = JoinSet<Result<(), PaymentsError>>;

impl Payments {
    /// Checks the payments that are due with the provider, at most a few at a time, and settles them: charges that may have
    /// been executed, and refunds. Waits for all of them and returns how many there were.
    ///
    /// # Errors
    /// Internal ones only. A provider that does not respond is not an error: it is called again later.
    pub async fn reconcile(&self) -> Result<usize, PaymentsError> {
        let mut calls = ProviderCalls::new();
        let count = self.start_due_checks(&mut calls).await?;
        let mut first_error = None;
        while let Some(done) = calls.join_next().await {
            let done = done.unwrap_or_else(|stopped| Err(ProviderError(stopped.to_string()).into()));
            first_error = first_error.or(done.err());
        }
        first_error.map_or(Ok(count), Err)
    }

    /// When the next payment is due to be checked; `None` while none is open.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn next_check(&self) -> Result<Option<Timestamp>, PaymentsError> {
        store::Queries::on(self.db.background_reader())
            .next_due(self.provider.name())
            .await
    }

    /// When the next payment becomes due that is not due yet; `None` if there is none.
    pub(crate) async fn next_check_after_now(&self) -> Result<Option<Timestamp>, PaymentsError> {
        store::Queries::on(self.db.background_reader())
            .next_due_after(self.provider.name(), self.now())
            .await
    }

    /// Starts the checks that are due, as far as there are permits and the same payment is not being checked already. Does not wait
    /// for responses. Returns how many were started.
    pub(crate) async fn start_due_checks(&self, calls: &mut ProviderCalls) -> Result<usize, PaymentsError> {
        let charges = self
            .start_due_checks_of(false, &self.permits.charges, calls)
            .await?;
        let refunds = self
            .start_due_checks_of(true, &self.permits.refunds, calls)
            .await?;
        Ok(charges + refunds)
    }

    async fn start_due_checks_of(
        &self,
        are_refunds: bool,
        permits: &Arc<Semaphore>,
        calls: &mut ProviderCalls,
    ) -> Result<usize, PaymentsError> {
        if permits.available_permits() == 0 {
            return Ok(0);
        }
        let (now, config) = (self.now(), self.limits.config);
        let max_backoff = config.max_backoff.max(config.max_lookup_backoff);
        let horizon = now.plus(max_backoff.max(config.provider_timeout));
        // Payments that are being checked already may be among those that are due, and are skipped.
        let limit = permits.available_permits() + self.in_flight.count();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let provider = self.provider.name();
        let due = store::Queries::on(self.db.background_reader())
            .due(provider, are_refunds, now, horizon, limit)
            .await?;
        let mut count = 0;
        for payment in due {
            let Some(claim) = self.in_flight.claim(payment.id) else {
                continue;
            };
            let Ok(permit) = permits.clone().try_acquire_owned() else {
                break;
            };
            let payments = self.clone();
            calls.spawn(async move {
                let _permit = permit;
                payments.reconcile_one(payment, claim).await
            });
            count += 1;
        }
        Ok(count)
    }

    async fn reconcile_one(&self, payment: Payment, _claim: Claim) -> Result<(), PaymentsError> {
        self.call_provider(payment, ProviderCall::NextStep, ReplyRecorder::none())
            .await?;
        Ok(())
    }
}
