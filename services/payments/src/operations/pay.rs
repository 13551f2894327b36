//! Paying for an order: the intent, the provider call, the result.

use std::time::Duration;

use contracts::OrderId;
use tracing::Instrument;
use web::{Caller, ReplyRecorder};

use super::Payments;
use super::command::Command;
use super::provider_call::ProviderCall;
use crate::domain::{Method, Payment};
use crate::error::PaymentsError;
use crate::provider::ProviderError;
use crate::store;
use crate::views::PaymentDetails;

impl Payments {
    /// Pays for the caller's order: records the payment, calls the provider, and records the result. A payment that was started
    /// is continued when the caller disconnects. One that comes back `intended` or `processing` is not decided yet.
    ///
    /// The reply is recorded twice. With the intent it says that a payment with this id exists, which is true from then on: if
    /// the process ends before the provider has responded, a second request finds that reply and makes no second payment,
    /// and the state of the first one can be queried by its id. The result replaces it with the actual reply, which
    /// for a declined payment is the refusal.
    ///
    /// # Errors
    /// Those of [`Payments::start`], and `Failed` when the provider declined.
    pub async fn pay(
        &self,
        caller: impl Into<Caller<Payment>>,
        order: OrderId,
        method: Method,
    ) -> Result<PaymentDetails, PaymentsError> {
        let (payments, caller) = (self.clone(), caller.into());
        let pay = async move {
            let recorder = caller.recorder.clone();
            let payment = payments.start(caller, order, method).await?;
            payments.submit(payment, recorder).await
        };
        let task = tokio::spawn(pay.in_current_span());
        let payment = match task.await {
            Ok(paid) => paid?,
            Err(stopped) => return Err(ProviderError(stopped.to_string()).into()),
        };
        payment.outcome_for_buyer()?;
        Ok(payment.details())
    }

    /// The same for a caller who may have reserved just now: the order is waited for, up to that limit.
    ///
    /// # Errors
    /// Those of [`Payments::pay`].
    pub async fn pay_when_known(
        &self,
        caller: impl Into<Caller<Payment>>,
        order: OrderId,
        method: Method,
        limit: Duration,
    ) -> Result<PaymentDetails, PaymentsError> {
        let caller = caller.into();
        let is_missing = |error: &PaymentsError| matches!(error, PaymentsError::OrderNotFound);
        let pay = || self.pay(caller.clone(), order, method.clone());
        self.orders.attempt(&order, limit, is_missing, pay).await
    }

    /// Records a payment before the provider is called.
    ///
    /// # Errors
    /// `OrderNotFound`, `OrderCancelled` (also when it has expired), `OrderPaid`, `PaymentOpen`,
    /// `TooManyAttempts`, `NotOwner`, `BelowMinimum`, checked in this order.
    #[tracing::instrument(name = "start_payment", level = "debug", skip_all, fields(order.id = %order))]
    pub async fn start(
        &self,
        caller: impl Into<Caller<Payment>>,
        order: OrderId,
        method: Method,
    ) -> Result<Payment, PaymentsError> {
        let Caller { user, recorder } = caller.into();
        let command = Command::Start {
            buyer: user,
            order,
            method,
        };
        let started = self.execute_and_reply(command, recorder).await?;
        started.payment.ok_or(PaymentsError::NotFound)
    }

    /// Charges a payment that was just recorded, and records the result. If the provider does not respond, the payment stays as it
    /// is and is checked later. If anything was recorded about it since it was started, the provider is not called.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn submit(
        &self,
        payment: Payment,
        recorder: ReplyRecorder<Payment>,
    ) -> Result<Payment, PaymentsError> {
        let claim = self.in_flight.claim(payment.id);
        let known = store::Queries::on(self.db.background_reader())
            .find(payment.id)
            .await?
            .ok_or(PaymentsError::NotFound)?;
        if claim.is_none() || known.revision != payment.revision {
            return Ok(known);
        }
        self.call_provider(payment, ProviderCall::Charge, recorder).await
    }
}
