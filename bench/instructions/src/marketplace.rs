//! A marketplace in this process, and its router.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use auth::AuthConfig;
use axum::Router;
use contracts::views::UserView;
use contracts::{SessionId, Timestamp, UserId};
use event_log::{IdSource, ManualClock, Relay};
use orders::OrdersConfig;
use payments::PaymentsConfig;
use server::connections::{ConnectionLimits, StreamSlots};
use server::live::Feed;
use server::marketplace::{Dependencies, Marketplace, ProviderChoice};
use server::overload::Backlog;
use server::{router, site};
use tokio_util::sync::CancellationToken;
use web::{SessionConfig, Sessions, SigningKey};

use crate::visitor::Visitor;

/// 2026-01-31T18:00:00Z, at which time stands still.
const NOW_MS: i64 = 1_769_882_400_000;
const SIGNING_KEY: &str = "YSBrZXkgdGhhdCBpcyBvbmx5IGV2ZXIgdXNlZCB0byBjb3VudA==";

/// The marketplace and its router.
pub(crate) struct InProcess {
    marketplace: Marketplace,
    relays: Vec<Relay>,
    router: Router,
}

impl InProcess {
    /// Opens it in an empty folder.
    ///
    /// # Errors
    /// When a database does not open, or the files of the site are not where a release build puts them.
    pub(crate) async fn open(folder: &Path) -> Result<Self> {
        let clock = ManualClock::at(NOW_MS);
        let key = SigningKey::parse(SIGNING_KEY).context("the signing key is not one")?;
        let dependencies = Dependencies {
            orders: OrdersConfig {
                // One buyer orders everything.
                holds_per_buyer: 0,
                ..OrdersConfig::default()
            },
            payments: PaymentsConfig::default(),
            provider: ProviderChoice::Test(Duration::ZERO),
            auth: AuthConfig::default(),
            sessions: Sessions::new(SessionConfig::new(key), clock.shared()),
            ids: IdSource::seeded(clock.shared(), 1),
            clock: clock.shared(),
            expiry_worker: false,
        };
        let marketplace = Marketplace::open(folder, dependencies).await?;
        let site = site::open(SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)))?;
        let feed = Feed::new(&marketplace, CancellationToken::new());
        let streams = StreamSlots::new(&ConnectionLimits::for_this_process()?);
        let router = router::router(
            marketplace.clone(),
            site,
            feed,
            None,
            streams,
            Backlog::default(),
            None,
        );
        Ok(Self {
            relays: marketplace.runtime.relays(),
            marketplace,
            router,
        })
    }

    /// Somebody who is not signed in.
    pub(crate) fn anonymous(&self) -> Visitor {
        Visitor::new(self.router.clone())
    }

    /// Somebody who is signed in.
    ///
    /// # Errors
    /// When the session cannot be signed.
    pub(crate) fn signed_in(&self, email: &str) -> Result<Visitor> {
        let Marketplace { sessions, ids, .. } = &self.marketplace;
        let user = UserView {
            id: UserId::from_uuid(ids.next()),
            email: email.to_owned(),
        };
        let session = SessionId::from_uuid(ids.next());
        let token = sessions.issue(&user, session, Timestamp::from_millis(NOW_MS))?;
        let cookie = sessions.cookie(&token);
        Ok(self
            .anonymous()
            .with_cookie(format!("{}={}", cookie.name(), cookie.value())))
    }

    /// Delivers every event to its consumers, until none is pending.
    ///
    /// # Errors
    /// When a database fails.
    pub(crate) async fn deliver(&self) -> Result<()> {
        loop {
            let mut delivered = 0;
            for relay in &self.relays {
                delivered += relay.deliver_pending().await?;
            }
            if delivered == 0 {
                return Ok(());
            }
        }
    }
}
