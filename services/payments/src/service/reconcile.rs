//! Asking the provider about what is open.

use contracts::{OrderStatus, PaymentFailure, PaymentStatus, Timestamp};
use tokio::task::JoinSet;
use web::Keep;

use super::Payments;
use crate::provider::Outcome;
use crate::{Answer, Payment, PaymentsError, ProviderError, store};

/// Questions that are asked at the same time.
const AT_ONCE: u32 = 20;

impl Payments {
    /// Asks the provider about the payments whose time has come, at most a few at a time, and settles them: money that
    /// was asked for and may have been taken, and money that must go back. Gives how many it asked about.
    ///
    /// # Errors
    /// Internal ones only. A provider that does not answer is none: it is asked again later.
    pub async fn reconcile(&self) -> Result<usize, PaymentsError> {
        let now = self.now();
        let horizon = now.plus(self.config.longest_pause.max(self.config.answer_limit));
        let provider = self.provider.name();
        let due = store::due(self.db.reader(), provider, now, horizon, AT_ONCE).await?;
        let count = due.len();
        let mut questions = JoinSet::new();
        for payment in due {
            let payments = self.clone();
            questions.spawn(async move { payments.reconcile_one(payment).await });
        }
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
        store::next_due(self.db.reader(), self.provider.name()).await
    }

    async fn reconcile_one(&self, payment: Payment) -> Result<(), PaymentsError> {
        let answer = if payment.status == PaymentStatus::Refunding {
            self.ask(self.provider.refund(&payment)).await
        } else {
            self.what_became_of(&payment).await?
        };
        self.conclude(payment, answer, Keep::nothing()).await?;
        Ok(())
    }

    async fn what_became_of(
        &self,
        payment: &Payment,
    ) -> Result<Result<Answer, ProviderError>, PaymentsError> {
        let is_wanted = self.is_wanted(payment).await?;
        let answer = match self.ask(self.provider.find(payment)).await {
            Err(error) => Err(error),
            Ok(Some(answer)) if answer.outcome == Outcome::Processing && !is_wanted => {
                self.ask(self.provider.cancel(payment)).await
            }
            Ok(Some(answer)) => Ok(answer),
            // The process ended between the decision to pay and the provider's hearing of it.
            Ok(None) if is_wanted => self.ask(self.provider.charge(payment)).await,
            // The question may still be on its way: the first one until nobody waits for its answer any more, and one that
            // was asked again until the provider has been heard once more.
            Ok(None)
                if payment.last_error.is_some()
                    || self.now() < payment.created_at.plus(self.config.answer_limit) =>
            {
                Ok(Outcome::Processing.into())
            }
            Ok(None) => Ok(Outcome::Failed(PaymentFailure::Abandoned).into()),
        };
        Ok(answer)
    }

    /// Whether the order of an open payment still waits for money: it is not over, and nothing else has paid for it.
    async fn is_wanted(&self, payment: &Payment) -> Result<bool, PaymentsError> {
        let Some(order) = store::find_order(self.db.reader(), payment.order).await? else {
            return Ok(false);
        };
        let standing = store::standing(self.db.reader(), payment.order).await?;
        let is_paid = order.status == OrderStatus::Complete || standing.is_paid;
        Ok(!is_paid && !order.is_over(self.now()))
    }
}
