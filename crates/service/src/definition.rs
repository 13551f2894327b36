//! The static description of a service.

use std::borrow::Cow;

use event_log::Migrations;

use crate::Subscription;

/// A service, as every command knows it.
#[derive(Debug)]
pub struct Definition {
    /// Its name, which is also that of its database.
    pub name: &'static str,
    /// The tables of its database, without those of event-log.
    pub migrations: Migrations,
    /// Whether its database may be missing from a data directory.
    pub is_optional: bool,
    subscriptions: fn() -> Vec<Subscription>,
    invariants: fn() -> Vec<Invariant>,
    notices: fn() -> Vec<Invariant>,
}

impl Definition {
    /// A service without consumers and invariants.
    #[must_use]
    pub const fn new(name: &'static str, migrations: Migrations) -> Self {
        Self {
            name,
            migrations,
            is_optional: false,
            subscriptions: Vec::new,
            invariants: Vec::new,
            notices: Vec::new,
        }
    }

    /// Adds the sources whose events it consumes.
    #[must_use]
    pub const fn with_subscriptions(self, subscriptions: fn() -> Vec<Subscription>) -> Self {
        Self {
            subscriptions,
            ..self
        }
    }

    /// Adds the invariants of its database.
    #[must_use]
    pub const fn with_invariants(self, invariants: fn() -> Vec<Invariant>) -> Self {
        Self { invariants, ..self }
    }

    /// Adds the notices for the operator about its database, although no invariant is violated.
    #[must_use]
    pub const fn with_notices(self, notices: fn() -> Vec<Invariant>) -> Self {
        Self { notices, ..self }
    }

    /// Marks its database as optional in a data directory.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }

    /// The services whose events it consumes, by their names.
    #[must_use]
    pub fn sources(&self) -> Vec<&'static str> {
        (self.subscriptions)().iter().map(Subscription::source).collect()
    }

    /// The invariants of its database.
    #[must_use]
    pub fn invariants(&self) -> Vec<Invariant> {
        (self.invariants)()
    }

    /// The notices for the operator: each query finds entries, not violations.
    #[must_use]
    pub fn notices(&self) -> Vec<Invariant> {
        (self.notices)()
    }

    /// The name of its database in a query that sees several.
    #[must_use]
    pub fn schema(&self) -> String {
        self.name.replace('-', "_")
    }
}

/// An invariant, as a sentence and a query for its violations.
#[derive(Debug, Clone)]
pub struct Invariant {
    /// The sentence.
    pub sentence: Cow<'static, str>,
    /// A query of one text column: the violations. `$1` is the current instant in milliseconds UTC. Tables are named with the
    /// [`Definition::schema`] of their service.
    pub violations: Cow<'static, str>,
}

impl Invariant {
    /// An invariant.
    #[must_use]
    pub fn new(sentence: impl Into<Cow<'static, str>>, violations: impl Into<Cow<'static, str>>) -> Self {
        Self {
            sentence: sentence.into(),
            violations: violations.into(),
        }
    }
}

/// A source and a service that consumes its events.
#[derive(Debug, Clone, Copy)]
pub struct RelayEndpoints {
    /// The source.
    pub source: &'static Definition,
    /// The consumer.
    pub consumer: &'static Definition,
}

/// Every pair of source and consumer among some services, in the order of the sources.
#[must_use]
pub fn relay_endpoints(services: &[&'static Definition]) -> Vec<RelayEndpoints> {
    let consumers: Vec<_> = services
        .iter()
        .map(|consumer| (*consumer, consumer.sources()))
        .collect();
    let of_source = |source: &'static Definition| {
        let consuming = consumers
            .iter()
            .filter(move |(_, sources)| sources.contains(&source.name));
        consuming.map(move |(consumer, _)| RelayEndpoints { source, consumer })
    };
    services.iter().copied().flat_map(of_source).collect()
}
