//! Payments with a token: PaymentIntents, confirmed as they are created.

use contracts::{PaymentFailure, Timestamp};

use super::objects::{Expandable, Intent, IntentStatus};
use super::{CURRENCY, HOSTED, PAYMENT_ID, Reply, StripePayments, failure, instant, state_of};
use crate::domain::{Method, Payment};
use crate::provider::Outcome;
use crate::provider::{ChargeState, ProviderError};

const PATH: &str = "/v1/payment_intents";

impl StripePayments {
    /// Creates and confirms a PaymentIntent. Cards only: other payment methods are decided days later.
    pub(super) async fn charge_token(
        &self,
        payment: &Payment,
        token: &str,
    ) -> Result<ChargeState, ProviderError> {
        let (id, amount) = (payment.id.to_string(), payment.amount.cents().to_string());
        let metadata = format!("metadata[{PAYMENT_ID}]");
        let mut form = vec![
            ("amount", amount.as_str()),
            ("currency", CURRENCY),
            ("confirm", "true"),
            ("payment_method_types[]", "card"),
            (metadata.as_str(), &id),
        ];
        if token.starts_with("tok_") {
            form.push(("payment_method_data[type]", "card"));
            form.push(("payment_method_data[card][token]", token));
        } else if token.starts_with("pm_") {
            form.push(("payment_method", token));
        } else {
            // No Stripe card token has this format.
            return Ok(Outcome::Failed(PaymentFailure::UnknownCard).into());
        }
        match self
            .client
            .post(PATH, &form, Some(&format!("charge-{id}")))
            .await?
        {
            Reply::Done(intent) => self.resolve_intent(payment, &intent).await,
            Reply::Refused(refused) => {
                let outcome = Outcome::Failed(failure::of_refusal(&refused));
                tracing::info!(
                    payment.id = %payment.id,
                    outcome = outcome.as_str(),
                    reason = refused.error.message,
                    "Stripe declined a payment"
                );
                Ok(ChargeState {
                    reference: refused.error.payment_intent.map(Expandable::into_id),
                    ..outcome.into()
                })
            }
            Reply::ServerError(error) => Err(error),
        }
    }

    /// The state of a PaymentIntent.
    pub(super) async fn intent_state(
        &self,
        payment: &Payment,
        id: &str,
    ) -> Result<ChargeState, ProviderError> {
        let intent = self.intent(id).await?;
        self.resolve_intent(payment, &intent).await
    }

    /// Cancels a PaymentIntent. One that cannot be cancelled is decided, or about to be, and stays as it is.
    pub(super) async fn cancel_intent(
        &self,
        payment: &Payment,
        id: &str,
    ) -> Result<ChargeState, ProviderError> {
        let intent = self.try_cancel(id).await?;
        Ok(charge_state(outcome(payment, &intent), &intent))
    }

    /// A PaymentIntent with a token that requires authentication cannot be completed: the client is a program, without a
    /// page for it. It is cancelled, so that it can no longer be charged.
    async fn resolve_intent(&self, payment: &Payment, intent: &Intent) -> Result<ChargeState, ProviderError> {
        let is_token = matches!(payment.method, Method::Token(_));
        if intent.status != IntentStatus::RequiresAction || !is_token {
            return Ok(charge_state(outcome(payment, intent), intent));
        }
        let cancelled = self.try_cancel(&intent.id).await?;
        let outcome = if cancelled.status == IntentStatus::Canceled {
            Outcome::Failed(PaymentFailure::AuthenticationRequired)
        } else {
            outcome(payment, &cancelled)
        };
        Ok(charge_state(outcome, &cancelled))
    }

    async fn try_cancel(&self, id: &str) -> Result<Intent, ProviderError> {
        // Without a key: the response must be current, and cancelling twice is harmless.
        match self
            .client
            .post(&format!("{PATH}/{id}/cancel"), &[], None)
            .await?
        {
            Reply::Done(intent) => Ok(intent),
            Reply::Refused(_) => self.intent(id).await,
            Reply::ServerError(error) => Err(error),
        }
    }

    async fn intent(&self, id: &str) -> Result<Intent, ProviderError> {
        let query = [("expand[]", "latest_charge")];
        self.client.get(&format!("{PATH}/{id}"), &query).await?.done()
    }
}

fn charge_state(outcome: Outcome, intent: &Intent) -> ChargeState {
    ChargeState {
        succeeded_at: charged_at(intent),
        ..state_of(outcome, &intent.id)
    }
}

/// When the charge succeeded: the charge has it, if it was expanded; a PaymentIntent that was confirmed as it was created
/// succeeded then.
pub(super) fn charged_at(intent: &Intent) -> Option<Timestamp> {
    match &intent.latest_charge {
        _ if intent.status != IntentStatus::Succeeded => None,
        Some(Expandable::Object(charge)) => instant(charge.created),
        _ if is_hosted(intent) => None,
        _ => instant(Some(intent.created)),
    }
}

/// The outcome of a PaymentIntent.
pub(super) fn outcome(payment: &Payment, intent: &Intent) -> Outcome {
    match intent.status {
        IntentStatus::Succeeded if is_refunded(intent) => Outcome::Refunded,
        IntentStatus::Succeeded => Outcome::Succeeded,
        IntentStatus::Canceled => Outcome::Failed(PaymentFailure::Abandoned),
        // It could only be confirmed again with its secret, which is not given out. On Stripe's page the buyer may try
        // another card.
        IntentStatus::RequiresPaymentMethod if matches!(payment.method, Method::Token(_)) => {
            Outcome::Failed(attempt_failure(intent))
        }
        IntentStatus::RequiresPaymentMethod
        | IntentStatus::RequiresConfirmation
        | IntentStatus::RequiresAction
        | IntentStatus::RequiresCapture
        | IntentStatus::Processing
        // An unknown status is undecided.
        | IntentStatus::Unknown => Outcome::Processing,
    }
}

/// Why the last attempt failed.
pub(super) fn attempt_failure(intent: &Intent) -> PaymentFailure {
    let error = intent.last_payment_error.as_ref();
    error.map_or(PaymentFailure::Refused, failure::of_attempt)
}

/// Whether the charge, if it was expanded, was refunded.
pub(super) fn is_refunded(intent: &Intent) -> bool {
    matches!(&intent.latest_charge, Some(Expandable::Object(charge)) if charge.refunded)
}

/// Whether a PaymentIntent belongs to a Checkout Session.
pub(super) fn is_hosted(intent: &Intent) -> bool {
    intent.metadata.is_hosted()
}

/// The field of a Checkout Session that marks its PaymentIntent as hosted.
pub(super) fn hosted_field() -> String {
    format!("payment_intent_data[metadata][{HOSTED}]")
}
