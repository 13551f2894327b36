//! Asking the provider about what is open.

use std::sync::Arc;

use contracts::Timestamp;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use web::Keep;

use super::Payments;
use super::in_flight::Claim;
use super::question::Question;
use crate::{Payment, PaymentsError, ProviderError, store};

/// Questions about charges that are asked at the same time.
const CHARGES_AT_ONCE: usize = 20;

/// Refunds that are asked for at the same time. They have seats of their own: an order's deadline does not wait for them.
const REFUNDS_AT_ONCE: usize = 10;

/// How many questions may still be asked. Clones are the same.
#[derive(Debug, Clone)]
pub(super) struct Seats {
    charges: Arc<Semaphore>,
    refunds: Arc<Semaphore>,
}

impl Default for Seats {
    fn default() -> Self {
        Self {
            charges: Arc::new(Semaphore::new(CHARGES_AT_ONCE)),
            refunds: Arc::new(Semaphore::new(REFUNDS_AT_ONCE)),
        }
    }
}

/// Questions that are being asked.
pub(crate) type Questions = JoinSet<Result<(), PaymentsError>>;

impl Payments {
    /// Asks the provider about the payments whose time has come, at most a few at a time, and settles them: money that
    /// was asked for and may have been taken, and money that must go back. Gives how many it asked about, once all of them
    /// were answered.
    ///
    /// # Errors
    /// Internal ones only. A provider that does not answer is none: it is asked again later.
    pub async fn reconcile(&self) -> Result<usize, PaymentsError> {
        let mut questions = Questions::new();
        let count = self.ask_due(&mut questions).await?;
        let mut first_error = None;
        while let Some(done) = questions.join_next().await {
            let done = done.unwrap_or_else(|stopped| Err(ProviderError(stopped.to_string()).into()));
            first_error = first_error.or(done.err());
        }
        first_error.map_or(Ok(count), Err)
    }

    /// When the provider is to be asked next; `None` while nothing is open.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn next_question(&self) -> Result<Option<Timestamp>, PaymentsError> {
        store::next_due(self.db.internal_reader(), self.provider.name()).await
    }

    /// When the next question comes that does not come yet; `None` while there is none.
    pub(crate) async fn next_question_after_now(&self) -> Result<Option<Timestamp>, PaymentsError> {
        store::next_due_after(self.db.internal_reader(), self.provider.name(), self.now()).await
    }

    /// Begins the questions whose time has come, as far as there are seats for them and nobody is asking them already. Waits for
    /// no answer. Gives how many were begun.
    pub(crate) async fn ask_due(&self, questions: &mut Questions) -> Result<usize, PaymentsError> {
        let charges = self.ask_due_of(false, &self.seats.charges, questions).await?;
        let refunds = self.ask_due_of(true, &self.seats.refunds, questions).await?;
        Ok(charges + refunds)
    }

    async fn ask_due_of(
        &self,
        are_refunds: bool,
        seats: &Arc<Semaphore>,
        questions: &mut Questions,
    ) -> Result<usize, PaymentsError> {
        if seats.available_permits() == 0 {
            return Ok(0);
        }
        let (now, config) = (self.now(), self.limits.config);
        let longest = config.longest_pause.max(config.max_lookup_backoff);
        let horizon = now.plus(longest.max(config.answer_limit));
        // What is being asked about already may be due as well, and is passed over.
        let limit = seats.available_permits() + self.in_flight.count();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let provider = self.provider.name();
        let due = store::due(
            self.db.internal_reader(),
            provider,
            are_refunds,
            now,
            horizon,
            limit,
        )
        .await?;
        let mut count = 0;
        for payment in due {
            let Some(claim) = self.in_flight.claim(payment.id) else {
                continue;
            };
            let Ok(seat) = seats.clone().try_acquire_owned() else {
                break;
            };
            let payments = self.clone();
            questions.spawn(async move {
                let _seat = seat;
                payments.reconcile_one(payment, claim).await
            });
            count += 1;
        }
        Ok(count)
    }

    async fn reconcile_one(&self, payment: Payment, _claim: Claim) -> Result<(), PaymentsError> {
        self.settle_by_asking(payment, Question::NextStep, Keep::nothing())
            .await?;
        Ok(())
    }
}
