//! The invariants that hold once every event has arrived, checked while a server is running.
//!
//! While a server is running, some events are always in transit between the databases: that is not damage. So violations are
//! rechecked, and count only if they were found in every pass, until everything in transit at the first one has arrived.

use std::collections::HashSet;
use std::time::Duration;

use service::{Invariant, relay_endpoints};
use tokio::time::{Instant, sleep};

use super::delivery::{self, Delivery};
use super::{CheckError, Finding, Pass, invariants};

/// The pause between two passes.
const PAUSE: Duration = Duration::from_millis(100);

/// Once nothing has been committed for this long, nothing is in transit.
const QUIET: Duration = Duration::from_secs(3);

/// How long the consequences of an event may take, after it has been delivered.
const SETTLE_TIME: Duration = Duration::from_secs(5);

/// How long a server may take to deliver the events of the first pass.
const LIMIT: Duration = Duration::from_secs(30);

/// The invariants that hold once every event has arrived, as far as they have been checked.
pub(super) struct InTransitChecks {
    deliveries: Vec<Delivery>,
    between: Vec<(Invariant, Vec<String>)>,
}

impl InTransitChecks {
    /// The first pass.
    pub(super) async fn first_pass(pass: &mut Pass) -> Result<Self, CheckError> {
        let mut deliveries = Vec::new();
        for endpoints in relay_endpoints(&pass.services) {
            deliveries.push(Delivery::first_pass(&mut pass.connection, endpoints).await?);
        }
        let mut between = Vec::new();
        for invariant in invariants::between_services(&pass.services) {
            let violations = pass.violations(&invariant).await?;
            between.push((invariant, violations));
        }
        Ok(Self { deliveries, between })
    }

    /// Whether nothing has to be rechecked.
    pub(super) fn holds(&self) -> bool {
        self.deliveries.iter().all(Delivery::is_complete)
            && self.between.iter().all(|(_, violations)| violations.is_empty())
    }

    /// Rechecks, while a server is running, until all holds or the violations cannot be in transit.
    pub(super) async fn recheck(&mut self, pass: &mut Pass) -> Result<(), CheckError> {
        let began = Instant::now();
        let (mut changed, mut delivered) = (began, None);
        let mut versions = pass.connection.versions(&pass.services).await?;
        while !self.holds() {
            sleep(PAUSE).await;
            pass.advance();
            self.next_pass(pass).await?;
            let versions_now = pass.connection.versions(&pass.services).await?;
            if versions_now != versions {
                (versions, changed) = (versions_now, Instant::now());
            }
            if !self.deliveries.iter().any(Delivery::is_behind) {
                delivered.get_or_insert_with(Instant::now);
            }
            let is_over = delivered.is_some_and(|delivered| delivered.elapsed() >= SETTLE_TIME);
            if is_over || changed.elapsed() >= QUIET || began.elapsed() >= LIMIT {
                break;
            }
        }
        Ok(())
    }

    async fn next_pass(&mut self, pass: &mut Pass) -> Result<(), CheckError> {
        for delivery in self
            .deliveries
            .iter_mut()
            .filter(|delivery| !delivery.is_complete())
        {
            delivery.next_pass(&mut pass.connection).await?;
        }
        let on_the_way = delivery::in_transit(&mut pass.connection, &self.deliveries).await?;
        for (invariant, violations) in &mut self.between {
            if !violations.is_empty() {
                let now: HashSet<String> = pass.violations(invariant).await?.into_iter().collect();
                violations.retain(|violation| now.contains(violation) && !on_the_way.contains(violation));
            }
        }
        Ok(())
    }

    /// How many events were in transit at the first pass and have arrived since.
    pub(super) fn was_in_transit(&self) -> i64 {
        self.deliveries.iter().map(Delivery::was_in_transit).sum()
    }

    /// The findings about the deliveries, and about the invariants between services.
    pub(super) fn findings(self) -> (Vec<Finding>, Vec<Finding>) {
        let deliveries = self.deliveries.iter().map(Delivery::finding).collect();
        let between = self.between.into_iter();
        let between = between.map(|(invariant, violations)| Finding::of(invariant.sentence, violations));
        (deliveries, between.collect())
    }
}
