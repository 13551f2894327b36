//! Payments, and the provider that makes them.

use contracts::{OrderId, PaymentId, PaymentStatus, Price};
use payments::provider::{SecretKey, StripeConfig, StripePayments, WebhookSecret};
use payments::{Method, Payment};
use test_support::World;

use crate::localstripe::{Localstripe, SECRET_KEY};
use crate::network::Network;

/// The secret that webhooks are signed with.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_0123456789abcdef";

/// The amount of every payment here, in cents.
pub(crate) const AMOUNT: i64 = 12_345;

/// The provider, and localstripe, reached through a network.
pub(crate) struct TestApp {
    pub(crate) world: World,
    pub(crate) localstripe: Localstripe,
    pub(crate) network: Network,
    pub(crate) provider: StripePayments,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        let localstripe = Localstripe::start().await;
        let network = Network::to(&localstripe.base).await;
        Self {
            world: World::new(),
            provider: provider(&network.base),
            localstripe,
            network,
        }
    }

    /// A payment with a card.
    pub(crate) async fn payment(&self, card: &str) -> Payment {
        payment(
            &self.world,
            Method::Token(self.localstripe.payment_method(card).await),
        )
    }
}

/// The provider, calling this address.
pub(crate) fn provider(base: &str) -> StripePayments {
    StripePayments::new(StripeConfig {
        secret_key: SecretKey::parse(SECRET_KEY).unwrap(),
        webhook_secret: WebhookSecret::parse(WEBHOOK_SECRET).unwrap(),
        api_base: base.parse().unwrap(),
    })
}

/// A payment that was just recorded.
pub(crate) fn payment(world: &World, method: Method) -> Payment {
    Payment {
        id: PaymentId::from_uuid(world.ids.next()),
        order: OrderId::from_uuid(world.ids.next()),
        buyer: world.user().id,
        amount: Price::from_cents(AMOUNT).unwrap(),
        status: PaymentStatus::Intended,
        failure: None,
        provider: "stripe".to_owned(),
        method,
        reference: None,
        redirect_url: None,
        succeeded_at: None,
        refund_failed_at: None,
        may_be_charged_until: world.now(),
        version: 0,
        revision: 0,
        next_check_at: Some(world.now()),
        attempts: 0,
        last_error: None,
        created_at: world.now(),
        updated_at: world.now(),
    }
}

/// A payment with a token that was never charged at localstripe.
pub(crate) fn token_payment(world: &World, token: &str) -> Payment {
    payment(world, Method::Token(token.to_owned()))
}
