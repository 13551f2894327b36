//! Builds the services' dependencies from the configuration.

use std::sync::Arc;
use std::time::Duration;

use auth::AuthConfig;
use event_log::{IdSource, SharedClock};
use orders::OrdersConfig;
use payments::PaymentsConfig;
use payments::provider::StripePayments;
use service::Storage;
use web::{SessionConfig, Sessions};

use crate::config::{Config, PaymentProvider, WebOrigin};
use crate::marketplace::{Dependencies, ProviderChoice};
use crate::signing_key::{self, KeyError};

/// Twice as long as the running time of a server of several can be behind: the leader saves its own every five seconds, and the others
/// read it every second.
const CLOSING_DELAY: Duration = Duration::from_secs(15);

/// The parts of the configured marketplace. The keys of its sessions are those of the settings and of the data folder, where one
/// is generated if missing.
pub(super) fn dependencies(config: &Config, clock: SharedClock) -> Result<Dependencies, KeyError> {
    let settings = &config.settings;
    Ok(Dependencies {
        orders: OrdersConfig {
            hold: settings.hold,
            payment_extension: settings.payment_extension,
            holds_per_buyer: settings.holds_per_buyer,
            closing_delay: match config.storage {
                Storage::Directory(_) => Duration::ZERO,
                Storage::Postgres(_) => CLOSING_DELAY,
            },
            ..OrdersConfig::default()
        },
        payments: PaymentsConfig::default(),
        provider: provider(config),
        auth: AuthConfig {
            client_rate: settings.client_rate,
            ..AuthConfig::default()
        },
        sessions: Sessions::new(sessions(config)?, clock.clone()),
        ids: IdSource::system(clock.clone()),
        clock,
        expiry_worker: settings.expiry_worker,
    })
}

fn provider(config: &Config) -> ProviderChoice {
    match &config.payment_provider {
        PaymentProvider::Test => ProviderChoice::Test(config.settings.test_payment_delay),
        PaymentProvider::Stripe(stripe) => {
            ProviderChoice::Real(Arc::new(StripePayments::new(stripe.clone())))
        }
    }
}

fn sessions(config: &Config) -> Result<SessionConfig, KeyError> {
    let settings = &config.settings;
    let key = match &settings.signing_key {
        Some(key) => key.clone(),
        None => signing_key::load_or_make(&settings.data_dir)?,
    };
    let mut accepted_keys = match &config.storage {
        Storage::Directory(folder) => signing_key::load_former(folder)?,
        Storage::Postgres(_) => Vec::new(),
    };
    accepted_keys.extend(settings.former_signing_keys.iter().cloned());
    Ok(SessionConfig {
        idle: settings.session_idle,
        max: settings.session_max,
        is_secure: settings.public_origin.as_ref().is_some_and(WebOrigin::is_https),
        accepted_keys,
        ..SessionConfig::new(key)
    })
}
