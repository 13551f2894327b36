//! Payments on Stripe's own page: Checkout Sessions.

use std::time::Duration;

use contracts::PaymentFailure;

use super::intents::{charged_at, hosted_field, is_refunded};
use super::objects::{Expandable, Session, SessionStatus};
use super::{CURRENCY, PAYMENT_ID, Reply, StripePayments, state_of};
use crate::domain::Payment;
use crate::provider::Outcome;
use crate::provider::{ChargeState, ProviderError};

const PATH: &str = "/v1/checkout/sessions";

/// How long a session is open, from the start of the payment. Stripe requires at least 30 minutes from
/// the request, which may be retried for a while and must be the same each time. If the order ends before, its
/// session is expired.
const OPEN_FOR: Duration = Duration::from_hours(1);

impl StripePayments {
    /// Creates a session: the page where the buyer pays, and from which they return.
    pub(super) async fn open_session(
        &self,
        payment: &Payment,
        return_url: &str,
    ) -> Result<ChargeState, ProviderError> {
        let (id, amount) = (payment.id.to_string(), payment.amount.cents().to_string());
        let expires_at = payment.created_at.plus(OPEN_FOR).as_millis() / 1000;
        let (expires_at, order) = (expires_at.to_string(), format!("Order {}", payment.order));
        let metadata = format!("metadata[{PAYMENT_ID}]");
        let intent_metadata = format!("payment_intent_data[metadata][{PAYMENT_ID}]");
        let form = [
            ("mode", "payment"),
            ("payment_method_types[]", "card"),
            ("client_reference_id", id.as_str()),
            (metadata.as_str(), &id),
            (intent_metadata.as_str(), &id),
            (&hosted_field(), "true"),
            ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][currency]", CURRENCY),
            ("line_items[0][price_data][unit_amount]", &amount),
            ("line_items[0][price_data][product_data][name]", &order),
            ("success_url", return_url),
            ("cancel_url", return_url),
            ("expires_at", &expires_at),
        ];
        match self
            .client
            .post(PATH, &form, Some(&format!("charge-{id}")))
            .await?
        {
            Reply::Done(session) => Ok(charge_state(session)),
            Reply::Refused(refused) => {
                let error = ProviderError::from(refused);
                tracing::error!(payment.id = %payment.id, %error, "Stripe rejected the checkout session of a payment");
                Ok(Outcome::Failed(PaymentFailure::Refused).into())
            }
            Reply::ServerError(error) => Err(error),
        }
    }

    /// The state of a session.
    pub(super) async fn session_state(&self, id: &str) -> Result<ChargeState, ProviderError> {
        self.session(id).await.map(charge_state)
    }

    /// Expires a session. One that cannot be expired is paid or expired already, and stays as it is.
    pub(super) async fn expire_session(&self, id: &str) -> Result<ChargeState, ProviderError> {
        match self
            .client
            .post(&format!("{PATH}/{id}/expire"), &[], None)
            .await?
        {
            Reply::Done(session) => Ok(charge_state(session)),
            Reply::Refused(_) => self.session_state(id).await,
            Reply::ServerError(error) => Err(error),
        }
    }

    /// The PaymentIntent of a paid session.
    pub(super) async fn intent_of_session(&self, id: &str) -> Result<String, ProviderError> {
        match self.session(id).await?.payment_intent {
            Some(intent) => Ok(intent.into_id()),
            None => Err(ProviderError(format!("the session {id} has no payment"))),
        }
    }

    async fn session(&self, id: &str) -> Result<Session, ProviderError> {
        let query = [("expand[]", "payment_intent.latest_charge")];
        self.client.get(&format!("{PATH}/{id}"), &query).await?.done()
    }
}

/// The state of the payment of a session.
fn charge_state(session: Session) -> ChargeState {
    let outcome = outcome(&session);
    let succeeded_at = match &session.payment_intent {
        Some(Expandable::Object(intent)) => charged_at(intent),
        _ => None,
    };
    ChargeState {
        succeeded_at,
        redirect_url: session.url.filter(|_| outcome == Outcome::Processing),
        ..state_of(outcome, &session.id)
    }
}

/// A session is decided when it is paid or expired: a card that is declined on its page leaves it open.
pub(super) fn outcome(session: &Session) -> Outcome {
    let is_paid = session.payment_status.as_deref() == Some("paid");
    match (session.status, &session.payment_intent) {
        (Some(SessionStatus::Complete), Some(Expandable::Object(intent)))
            if is_paid && is_refunded(intent) =>
        {
            Outcome::Refunded
        }
        (Some(SessionStatus::Complete), _) if is_paid => Outcome::Succeeded,
        (Some(SessionStatus::Expired), _) => Outcome::Failed(PaymentFailure::Abandoned),
        (Some(SessionStatus::Complete | SessionStatus::Open | SessionStatus::Unknown) | None, _) => {
            Outcome::Processing
        }
    }
}
