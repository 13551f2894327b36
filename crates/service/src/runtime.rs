//! Running services.

use std::fmt;
use std::sync::Arc;

use event_log::{Database, EventSource, Relay, RelayMetrics, RelayOptions, Supervisor, TaskStatus};
use utoipa_axum::router::OpenApiRouter;

use crate::leading::while_leading;
use crate::metrics::{Gauges, Registry};
use crate::{Definition, ReadinessCheck, Subscription, Worker};

type MakeRoutes = dyn Fn() -> OpenApiRouter + Send + Sync;
type RegisterMetrics = dyn Fn(&mut Registry) + Send + Sync;

/// A running service: its database, and its parts that the runtime runs.
#[derive(Clone)]
pub struct Service {
    definition: &'static Definition,
    database: Database,
    routes: Arc<MakeRoutes>,
    subscriptions: Vec<Subscription>,
    workers: Vec<Worker>,
    readiness: Vec<ReadinessCheck>,
    metrics: Arc<RegisterMetrics>,
    gauges: Vec<Gauges>,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("definition", &self.definition)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

impl Service {
    /// A service on its database, without anything to run yet.
    #[must_use]
    pub fn new(definition: &'static Definition, database: Database) -> Self {
        Self {
            definition,
            database,
            routes: Arc::new(OpenApiRouter::default),
            subscriptions: Vec::new(),
            workers: Vec::new(),
            readiness: Vec::new(),
            metrics: Arc::new(|_| {}),
            gauges: Vec::new(),
        }
    }

    /// Adds its part of the REST API with its description. They are made on demand: only a server
    /// needs them, and describing them takes longer than opening a database.
    #[must_use]
    pub fn with_routes(self, routes: impl Fn() -> OpenApiRouter + Send + Sync + 'static) -> Self {
        Self {
            routes: Arc::new(routes),
            ..self
        }
    }

    /// Adds consumers; their sources must match those in [`Definition`].
    #[must_use]
    pub fn with_subscriptions(self, subscriptions: Vec<Subscription>) -> Self {
        Self {
            subscriptions,
            ..self
        }
    }

    /// Adds a worker.
    #[must_use]
    pub fn with_worker(mut self, worker: Worker) -> Self {
        self.workers.push(worker);
        self
    }

    /// Removes the worker of that name.
    #[must_use]
    pub fn without_worker(mut self, name: &str) -> Self {
        self.workers.retain(|worker| worker.name() != name);
        self
    }

    /// Adds a readiness check.
    #[must_use]
    pub fn with_readiness(mut self, check: ReadinessCheck) -> Self {
        self.readiness.push(check);
        self
    }

    /// The same, which registers what it counts as it happens.
    #[must_use]
    pub fn with_metrics(self, register: impl Fn(&mut Registry) + Send + Sync + 'static) -> Self {
        Self {
            metrics: Arc::new(register),
            ..self
        }
    }

    /// The same, with more gauges to be read at each scrape.
    #[must_use]
    pub fn with_gauges(mut self, gauges: Gauges) -> Self {
        self.gauges.push(gauges);
        self
    }

    pub(crate) fn name(&self) -> &'static str {
        self.definition.name
    }

    pub(crate) fn readiness(&self) -> &[ReadinessCheck] {
        &self.readiness
    }

    pub(crate) fn gauges(&self) -> &[Gauges] {
        &self.gauges
    }

    pub(crate) fn register_metrics(&self, registry: &mut Registry) {
        (self.metrics)(registry);
    }
}

/// Some services that run in one process. Clones are handles to the same ones.
#[derive(Clone, Debug)]
pub struct Runtime {
    services: Arc<[Service]>,
    relay_specs: Arc<[RelaySpec]>,
    supervisor: Supervisor,
}

/// A source and its consumer.
#[derive(Debug)]
struct RelaySpec {
    source: EventSource,
    consumer: Database,
    handler: Subscription,
    metrics: RelayMetrics,
}

impl Runtime {
    /// A runtime of some services. Nothing runs before [`Runtime::start`].
    #[must_use]
    pub fn new(services: Vec<Service>) -> Self {
        Self {
            relay_specs: relay_specs(&services).into(),
            services: services.into(),
            supervisor: Supervisor::default(),
        }
    }

    pub(crate) fn services(&self) -> &[Service] {
        &self.services
    }

    /// What is measured of the relays, in the order of [`Runtime::relay_endpoints`].
    pub(crate) fn relay_metrics(&self) -> impl Iterator<Item = &RelayMetrics> {
        self.relay_specs.iter().map(|spec| &spec.metrics)
    }

    /// The services' databases, in the order of the services. They stay in here: nobody else writes into them.
    pub(crate) fn databases(&self) -> impl Iterator<Item = &Database> {
        self.services.iter().map(|service| &service.database)
    }

    /// Who consumes whose events: source and consumer of every relay.
    pub(crate) fn relay_endpoints(&self) -> impl Iterator<Item = (&EventSource, &Database)> {
        self.relay_specs.iter().map(|spec| (&spec.source, &spec.consumer))
    }

    /// The events of the services, in the order of the services.
    pub fn sources(&self) -> impl Iterator<Item = EventSource> {
        self.databases().map(Database::events)
    }

    /// The relays, in the order of their sources.
    #[must_use]
    pub fn relays(&self) -> Vec<Relay> {
        self.relay_specs.iter().map(RelaySpec::relay).collect()
    }

    /// The relay between two services.
    #[must_use]
    pub fn relay(&self, source: &str, consumer: &str) -> Option<Relay> {
        let is_it = |spec: &&RelaySpec| (spec.source.name(), spec.consumer.name()) == (source, consumer);
        self.relay_specs.iter().find(is_it).map(RelaySpec::relay)
    }

    /// The REST API of all services, with its description.
    pub fn routes(&self) -> OpenApiRouter {
        let routes = self.services.iter().map(|service| (service.routes)());
        routes.fold(OpenApiRouter::default(), OpenApiRouter::merge)
    }

    /// The readiness checks of the services.
    pub fn readiness(&self) -> impl Iterator<Item = &ReadinessCheck> {
        self.services.iter().flat_map(|service| &service.readiness)
    }

    /// The supervisor of relays and workers.
    #[must_use]
    pub fn supervisor(&self) -> &Supervisor {
        &self.supervisor
    }

    /// Starts the relays and the workers. Of several processes on the same databases, one runs those of a service.
    pub fn start(&self) {
        for (relay, (source, consumer)) in self.relays().into_iter().zip(self.relay_endpoints()) {
            let name = format!("relay:{}:{}", source.name(), consumer.name());
            let leadership = consumer.leadership();
            self.supervisor.start(name, move |stop| {
                let relay = relay.clone();
                while_leading(leadership.clone(), stop, move |stop| relay.clone().run(stop))
            });
        }
        for service in &*self.services {
            for worker in &service.workers {
                let (running, leadership) = (worker.clone(), service.database.leadership());
                self.supervisor.start(worker.name(), move |stop| {
                    let running = running.clone();
                    while_leading(leadership.clone(), stop, move |stop| running.run(stop))
                });
            }
        }
    }

    /// Status of all supervised tasks.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskStatus> {
        let own = self.databases().flat_map(Database::tasks);
        self.supervisor.status().into_iter().chain(own).collect()
    }

    /// Stops the relays and the workers.
    pub async fn stop(&self) {
        self.supervisor.stop().await;
    }

    /// Closes the databases, the last thing before the process ends.
    pub async fn close(&self) {
        for database in self.databases() {
            database.close().await;
        }
    }
}

impl RelaySpec {
    fn relay(&self) -> Relay {
        let (source, consumer) = (self.source.clone(), self.consumer.clone());
        let options = RelayOptions {
            metrics: self.metrics.clone(),
            linger: self.handler.linger(),
            ..RelayOptions::default()
        };
        Relay::new(source, consumer, self.handler.clone(), options)
    }
}

/// Every source with each of its consumers, in the order of the sources.
fn relay_specs(services: &[Service]) -> Vec<RelaySpec> {
    let mut relay_specs = Vec::new();
    for source in services {
        for consumer in services {
            let handlers = consumer.subscriptions.iter();
            let handlers = handlers.filter(|handler| handler.source() == source.definition.name);
            relay_specs.extend(handlers.map(|handler| RelaySpec {
                source: source.database.events(),
                consumer: consumer.database.clone(),
                handler: handler.clone(),
                metrics: RelayMetrics::default(),
            }));
        }
    }
    relay_specs
}
