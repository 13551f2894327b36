//! The invariants that hold once every event has arrived, checked while a server is running.
//!
//! While a server is running, some events are always in transit between the databases: that is not damage. So violations are
//! rechecked, and count only if they were found in every pass, until everything in transit at the first one has arrived.

use std::collections::HashSet;
use std::time::Duration;

use service::{Invariant, pairs};
use tokio::time::{Instant, sleep};

use super::delivery::{self, Delivery};
use super::{CheckError, Finding, Look, invariants};

/// The pause between two passes.
const PAUSE: Duration = Duration::from_millis(100);

/// Once nothing has been committed for this long, nothing is in transit.
const QUIET: Duration = Duration::from_secs(3);

/// How long the consequences of an event may take, after it has been delivered.
const CONSEQUENCES: Duration = Duration::from_secs(5);

/// How long a server may take to deliver the events of the first pass.
const LIMIT: Duration = Duration::from_secs(30);

/// The invariants that hold once every event has arrived, as far as they have been checked.
pub(super) struct Arrival {
    deliveries: Vec<Delivery>,
    between: Vec<(Invariant, Vec<String>)>,
}

impl Arrival {
    /// The first pass.
    pub(super) async fn look(look: &mut Look) -> Result<Self, CheckError> {
        let mut deliveries = Vec::new();
        for pair in pairs(&look.services) {
            deliveries.push(Delivery::look(&mut look.connection, pair).await?);
        }
        let mut between = Vec::new();
        for invariant in invariants::between_services(&look.services) {
            let violations = look.violations(&invariant).await?;
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
    pub(super) async fn settle(&mut self, look: &mut Look) -> Result<(), CheckError> {
        let began = Instant::now();
        let (mut changed, mut delivered) = (began, None);
        let mut versions = look.versions().await?;
        while !self.holds() {
            sleep(PAUSE).await;
            look.advance();
            self.look_again(look).await?;
            let versions_now = look.versions().await?;
            if versions_now != versions {
                (versions, changed) = (versions_now, Instant::now());
            }
            if !self.deliveries.iter().any(Delivery::is_behind) {
                delivered.get_or_insert_with(Instant::now);
            }
            let is_over = delivered.is_some_and(|delivered| delivered.elapsed() >= CONSEQUENCES);
            if is_over || changed.elapsed() >= QUIET || began.elapsed() >= LIMIT {
                break;
            }
        }
        Ok(())
    }

    async fn look_again(&mut self, look: &mut Look) -> Result<(), CheckError> {
        for delivery in self
            .deliveries
            .iter_mut()
            .filter(|delivery| !delivery.is_complete())
        {
            delivery.look_again(&mut look.connection).await?;
        }
        let on_the_way = delivery::in_transit(&mut look.connection, &self.deliveries).await?;
        for (invariant, violations) in &mut self.between {
            if !violations.is_empty() {
                let now: HashSet<String> = look.violations(invariant).await?.into_iter().collect();
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
