//! Paying for an order: the intent, the question, the answer.

use contracts::{OrderId, UserId};
use web::Keep;

use super::question::Question;
use super::{Payments, start};
use crate::{Method, Payment, PaymentsError, ProviderError, store};

impl Payments {
    /// Pays for one's own order: writes the payment down, asks the provider, and writes its answer down. What was begun
    /// goes on when the caller goes away. A payment that comes back `intended` or `processing` is not decided yet.
    ///
    /// # Errors
    /// Those of [`Payments::start`], and `Failed` when the provider refused.
    pub async fn pay(&self, buyer: UserId, order: OrderId, method: Method) -> Result<Payment, PaymentsError> {
        self.pay_keeping(buyer, order, method, Keep::nothing()).await
    }

    /// The same, for a request that may be sent again.
    ///
    /// The reply is kept twice. With the intent it says that there is a payment of this id, which is true from then on: if
    /// the process ends before the provider has answered, a second request finds that reply and makes no second payment,
    /// and what became of the first one is asked for under its id. With the answer it is replaced by what is replied, which
    /// for a payment that was refused is the refusal.
    pub(crate) async fn pay_keeping(
        &self,
        buyer: UserId,
        order: OrderId,
        method: Method,
        keep: Keep<Payment>,
    ) -> Result<Payment, PaymentsError> {
        let payments = self.clone();
        let task = tokio::spawn(async move {
            let payment = payments.start_keeping(buyer, order, method, keep.clone()).await?;
            payments.submit_keeping(payment, keep).await
        });
        let payment = match task.await {
            Ok(paid) => paid?,
            Err(stopped) => return Err(ProviderError(stopped.to_string()).into()),
        };
        payment.verdict()?;
        Ok(payment)
    }

    /// Writes a payment down before anything is asked of the provider.
    ///
    /// # Errors
    /// `OrderNotFound`, `OrderCancelled` (also when its time has run out), `OrderPaid`, `PaymentOpen`,
    /// `TooManyAttempts`, `NotOwner`, `BelowMinimum`, looked at in this order.
    pub async fn start(
        &self,
        buyer: UserId,
        order: OrderId,
        method: Method,
    ) -> Result<Payment, PaymentsError> {
        self.start_keeping(buyer, order, method, Keep::nothing()).await
    }

    async fn start_keeping(
        &self,
        buyer: UserId,
        order: OrderId,
        method: Method,
        keep: Keep<Payment>,
    ) -> Result<Payment, PaymentsError> {
        let (provider, limits) = (self.provider.name(), self.limits);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let payment = start::start(tx, buyer, order, method, provider, limits).await?;
                    keep.keep(tx, &payment).await?;
                    Ok(payment)
                })
            })
            .await
    }

    /// Asks the provider for the money of a payment that was just written down, and writes the answer down. Without an answer
    /// the payment stays as it is, and is asked about later. If something was heard of it since it was written down, that is
    /// not asked any more.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn submit(&self, payment: Payment) -> Result<Payment, PaymentsError> {
        self.submit_keeping(payment, Keep::nothing()).await
    }

    async fn submit_keeping(&self, payment: Payment, keep: Keep<Payment>) -> Result<Payment, PaymentsError> {
        let claim = self.in_flight.claim(payment.id);
        let known = store::find(self.db.internal_reader(), payment.id)
            .await?
            .ok_or(PaymentsError::NotFound)?;
        if claim.is_none() || known.revision != payment.revision {
            return Ok(known);
        }
        self.settle_by_asking(payment, Question::Charge, keep).await
    }
}
