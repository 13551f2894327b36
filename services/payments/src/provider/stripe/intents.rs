//! Payments with a token: PaymentIntents, confirmed as they are made.

use contracts::{PaymentFailure, Timestamp};

use super::objects::{Expandable, Intent, IntentStatus};
use super::{CURRENCY, HOSTED, PAYMENT_ID, Reply, StripePayments, failure, instant, named};
use crate::provider::Outcome;
use crate::{Answer, Method, Payment, ProviderError};

const PATH: &str = "/v1/payment_intents";

impl StripePayments {
    /// Makes and confirms a PaymentIntent. Cards only: other ways of paying are decided days later.
    pub(super) async fn charge_token(&self, payment: &Payment, token: &str) -> Result<Answer, ProviderError> {
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
            // Nothing at Stripe is called so.
            return Ok(Outcome::Failed(PaymentFailure::UnknownCard).into());
        }
        match self
            .client
            .post(PATH, &form, Some(&format!("charge-{id}")))
            .await?
        {
            Reply::Done(intent) => self.conclude_intent(payment, &intent).await,
            Reply::Refused(refused) => {
                let outcome = Outcome::Failed(failure::of_refusal(&refused));
                tracing::info!(
                    payment.id = %payment.id,
                    outcome = outcome.as_str(),
                    reason = refused.error.message,
                    "Stripe refused a payment"
                );
                Ok(Answer {
                    reference: refused.error.payment_intent.map(Expandable::into_id),
                    ..outcome.into()
                })
            }
            Reply::Broke(error) => Err(error),
        }
    }

    /// Where a PaymentIntent stands.
    pub(super) async fn intent_state(&self, payment: &Payment, id: &str) -> Result<Answer, ProviderError> {
        let intent = self.intent(id).await?;
        self.conclude_intent(payment, &intent).await
    }

    /// Cancels a PaymentIntent. One that cannot be cancelled is decided, or about to be, and stays as it is.
    pub(super) async fn cancel_intent(&self, payment: &Payment, id: &str) -> Result<Answer, ProviderError> {
        let intent = self.try_cancel(id).await?;
        Ok(answer(outcome(payment, &intent), &intent))
    }

    /// A confirmed PaymentIntent that waits for the bank to ask the buyer waits in vain: a token is paid with by a program,
    /// which has no place for that. It is cancelled, so that no money can come of it any more.
    async fn conclude_intent(&self, payment: &Payment, intent: &Intent) -> Result<Answer, ProviderError> {
        let is_token = matches!(payment.method, Method::Token(_));
        if intent.status != IntentStatus::RequiresAction || !is_token {
            return Ok(answer(outcome(payment, intent), intent));
        }
        let cancelled = self.try_cancel(&intent.id).await?;
        let outcome = if cancelled.status == IntentStatus::Canceled {
            Outcome::Failed(PaymentFailure::AuthenticationRequired)
        } else {
            outcome(payment, &cancelled)
        };
        Ok(answer(outcome, &cancelled))
    }

    async fn try_cancel(&self, id: &str) -> Result<Intent, ProviderError> {
        // Under no key: the answer must be of now, and cancelling twice cancels once.
        match self
            .client
            .post(&format!("{PATH}/{id}/cancel"), &[], None)
            .await?
        {
            Reply::Done(intent) => Ok(intent),
            Reply::Refused(_) => self.intent(id).await,
            Reply::Broke(error) => Err(error),
        }
    }

    async fn intent(&self, id: &str) -> Result<Intent, ProviderError> {
        let query = [("expand[]", "latest_charge")];
        self.client.get(&format!("{PATH}/{id}"), &query).await?.done()
    }
}

fn answer(outcome: Outcome, intent: &Intent) -> Answer {
    Answer {
        succeeded_at: charged_at(intent),
        ..named(outcome, &intent.id)
    }
}

/// When the money was taken. The charge says so, where it was asked for; a PaymentIntent that was confirmed as it was made says
/// it by its own beginning.
pub(super) fn charged_at(intent: &Intent) -> Option<Timestamp> {
    match &intent.latest_charge {
        _ if intent.status != IntentStatus::Succeeded => None,
        Some(Expandable::Object(charge)) => instant(charge.created),
        _ if is_hosted(intent) => None,
        _ => instant(Some(intent.created)),
    }
}

/// What the status of a PaymentIntent says about its payment.
pub(super) fn outcome(payment: &Payment, intent: &Intent) -> Outcome {
    match intent.status {
        IntentStatus::Succeeded if is_refunded(intent) => Outcome::Refunded,
        IntentStatus::Succeeded => Outcome::Succeeded,
        IntentStatus::Canceled => Outcome::Failed(PaymentFailure::Abandoned),
        // Only who has its secret could confirm it again, and nobody is given that. On Stripe's page the buyer may try
        // another card.
        IntentStatus::RequiresPaymentMethod if matches!(payment.method, Method::Token(_)) => {
            Outcome::Failed(attempt_failure(intent))
        }
        IntentStatus::RequiresPaymentMethod
        | IntentStatus::RequiresConfirmation
        | IntentStatus::RequiresAction
        | IntentStatus::RequiresCapture
        | IntentStatus::Processing
        // Nothing that is decided is known of it.
        | IntentStatus::Unknown => Outcome::Processing,
    }
}

/// Why the last attempt to pay failed.
pub(super) fn attempt_failure(intent: &Intent) -> PaymentFailure {
    let error = intent.last_payment_error.as_ref();
    error.map_or(PaymentFailure::Refused, failure::of_attempt)
}

/// Whether the charge, where it was asked for, went back.
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
