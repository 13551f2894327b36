//! The invariants of every marketplace, whatever its services are.

use service::{Definition, Invariant};

use super::connection::Connection;
use super::cross_service;

/// The invariants of each database on its own, at every moment.
pub(super) fn of_the_databases(connection: &Connection, services: &[&'static Definition]) -> Vec<Invariant> {
    let schemas = services.iter().map(|service| service.schema());
    schemas
        .flat_map(|schema| {
            let of_the_file: Vec<_> = match connection {
                Connection::Files(_) => of_a_file(&schema).into(),
                // PostgreSQL enforces foreign keys at every moment, and has a tool of its own for damage: pg_amcheck.
                Connection::Schemas(_) => Vec::new(),
            };
            of_the_file.into_iter().chain(of_an_event_log(&schema))
        })
        .collect()
}

/// The invariants of each service's own database.
pub(super) fn of_the_services(services: &[&'static Definition]) -> Vec<Invariant> {
    services.iter().flat_map(|service| service.invariants()).collect()
}

/// The invariants between the databases once every event has arrived.
pub(super) fn between_services(services: &[&'static Definition]) -> Vec<Invariant> {
    let names: Vec<_> = services.iter().map(|service| service.name).collect();
    cross_service::of(&names)
}

/// The name of the check whether a file is an intact database.
pub(super) fn intact(schema: &str) -> String {
    format!("The {schema} database is intact")
}

/// The two functions take the schema as an argument. As a condition on their hidden column it is ignored, and they
/// find nothing.
fn of_a_file(schema: &str) -> [Invariant; 2] {
    [
        Invariant::new(
            intact(schema),
            format!(
                "SELECT integrity_check FROM pragma_integrity_check(NULL, '{schema}') WHERE integrity_check <> 'ok'"
            ),
        ),
        Invariant::new(
            format!("Every foreign key in {schema} is valid"),
            format!(r#"SELECT "table" FROM pragma_foreign_key_check(NULL, '{schema}')"#),
        ),
    ]
}

fn of_an_event_log(schema: &str) -> [Invariant; 2] {
    [
        Invariant::new(
            format!("The event log of {schema} has no gaps"),
            format!(
                "SELECT 'only ' || count || ' of ' || newest || ' events' FROM (
                     SELECT count(*) AS count, coalesce(max(sequence), 0) AS newest FROM {schema}.events) AS log
                 WHERE count <> newest"
            ),
        ),
        Invariant::new(
            format!("Versions in the event log of {schema} increase by one"),
            format!(
                "SELECT aggregate_id FROM {schema}.events
                 GROUP BY aggregate_id HAVING max(aggregate_version) + 1 <> count(*)"
            ),
        ),
    ]
}
