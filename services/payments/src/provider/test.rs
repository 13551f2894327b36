//! The test provider, as a provider of this service.

use std::time::Duration;

use axum::http::HeaderMap;
use contracts::{PaymentFailure, PaymentId, Timestamp};
use event_log::{ApplyError, BoxFuture, Event};
use test_provider::{ChargeStatus, Decline, TestCharge, TestProvider};

use super::{
    ChargeState, ChargeUpdate, InvalidWebhook, Outcome, Provider, ProviderError, RefundError, WebhookEvent,
};
use crate::domain::{Method, Payment};

/// A charge is executed by this very process, within one write of the provider's database.
const CHARGE_LIFETIME: Duration = Duration::from_secs(30);

/// Payments with the provider that takes no money.
#[derive(Debug, Clone)]
pub struct TestPayments {
    provider: TestProvider,
}

impl TestPayments {
    /// Payments with that provider.
    #[must_use]
    pub fn new(provider: TestProvider) -> Self {
        Self { provider }
    }
}

impl Provider for TestPayments {
    fn name(&self) -> &'static str {
        "test"
    }

    fn is_hosted(&self) -> bool {
        false
    }

    fn token_of(&self, card_number: &str) -> Option<String> {
        test_provider::card(card_number).map(|card| card.token.to_owned())
    }

    fn charge_lifetime(&self) -> Duration {
        CHARGE_LIFETIME
    }

    fn charge<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>> {
        Box::pin(async move {
            let Method::Token(token) = &payment.method else {
                return Ok(Outcome::Failed(PaymentFailure::Refused).into());
            };
            let key = payment.id.to_string();
            to_state(self.provider.charge(&key, payment.amount.cents(), token).await)
        })
    }

    fn find<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Option<ChargeState>, ProviderError>> {
        Box::pin(async move {
            match self.provider.find(&payment.id.to_string()).await {
                Ok(Some(charge)) => to_state(Ok(charge)).map(Some),
                Ok(None) => Ok(None),
                Err(error) => to_state(Err(error)).map(Some),
            }
        })
    }

    fn cancel<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>> {
        Box::pin(async move { to_state(self.provider.cancel(&payment.id.to_string()).await) })
    }

    fn refund<'p>(
        &'p self,
        payment: &'p Payment,
        _rejected: u32,
    ) -> BoxFuture<'p, Result<ChargeState, RefundError>> {
        Box::pin(async move { Ok(to_state(self.provider.refund(&payment.id.to_string()).await)?) })
    }

    /// The test provider lives in the same process, and its events are consumed; it sends no webhooks.
    fn parse_webhook(
        &self,
        _headers: &HeaderMap,
        _body: &[u8],
        _now: Timestamp,
    ) -> Result<Option<WebhookEvent>, InvalidWebhook> {
        Err(InvalidWebhook("the test provider sends no webhooks"))
    }
}

fn to_state(charge: Result<TestCharge, test_provider::ProviderError>) -> Result<ChargeState, ProviderError> {
    match charge {
        Ok(charge) => Ok(charge_state(charge)),
        Err(error) => Err(ProviderError(error.to_string())),
    }
}

fn charge_state(charge: TestCharge) -> ChargeState {
    ChargeState {
        outcome: outcome(&charge),
        succeeded_at: charge.succeeded_at_ms.map(Timestamp::from_millis),
        reference: Some(charge.key),
        redirect_url: None,
    }
}

fn outcome(charge: &TestCharge) -> Outcome {
    match charge.status {
        ChargeStatus::Processing => Outcome::Processing,
        ChargeStatus::Succeeded => Outcome::Succeeded,
        ChargeStatus::Refunded => Outcome::Refunded,
        ChargeStatus::Failed => Outcome::Failed(match charge.failure {
            Some(Decline::CardDeclined) => PaymentFailure::CardDeclined,
            Some(Decline::InsufficientFunds) => PaymentFailure::InsufficientFunds,
            Some(Decline::AuthenticationRequired) => PaymentFailure::AuthenticationRequired,
            Some(Decline::UnknownCard) => PaymentFailure::UnknownCard,
            Some(Decline::Abandoned) => PaymentFailure::Abandoned,
            None => PaymentFailure::Refused,
        }),
    }
}

/// The update that an event of the test provider carries.
///
/// # Errors
/// When it is not about a charge of a payment.
pub fn charge_update(event: &Event) -> Result<ChargeUpdate, ApplyError> {
    let charge: TestCharge = event.decode()?;
    let payment = PaymentId::parse(&charge.key)
        .map_err(|_| ApplyError::Rejected(format!("{} is no payment", charge.key)))?;
    Ok(ChargeUpdate {
        event_id: event.id.clone(),
        payment,
        state: charge_state(charge),
    })
}
