//! The invariants of every data directory, whatever its services are.

use service::{Definition, Invariant};

use super::cross_service;

/// The invariants of each file on its own, at every moment.
pub(super) fn of_the_files(services: &[&'static Definition]) -> Vec<Invariant> {
    let schemas = services.iter().map(|service| service.schema());
    schemas.flat_map(|schema| of_a_database(&schema)).collect()
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
fn of_a_database(schema: &str) -> [Invariant; 4] {
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
