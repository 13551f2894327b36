//! What must hold in every data folder, whatever its services are.

use service::{Definition, Invariant, Pair, pairs};

use super::between;

/// What holds in each file by itself, at every moment.
pub(super) fn of_the_files(services: &[&'static Definition]) -> Vec<Invariant> {
    let schemas = services.iter().map(|service| service.schema());
    schemas.flat_map(|schema| of_a_database(&schema)).collect()
}

/// What holds in and between the files once every event has arrived.
pub(super) fn once_delivered(services: &[&'static Definition]) -> Vec<Invariant> {
    let names: Vec<_> = services.iter().map(|service| service.name).collect();
    let mut all: Vec<Invariant> = pairs(services).into_iter().map(of_a_relay).collect();
    all.extend(services.iter().flat_map(|service| service.invariants()));
    all.extend(between::of(&names));
    all
}

/// The two functions take the schema as an argument. As a condition on their hidden column it is not looked at, and they
/// find nothing.
fn of_a_database(schema: &str) -> [Invariant; 4] {
    [
        Invariant::new(
            format!("The {schema} database is intact"),
            format!(
                "SELECT integrity_check FROM pragma_integrity_check(NULL, '{schema}') WHERE integrity_check <> 'ok'"
            ),
        ),
        Invariant::new(
            format!("Every foreign key of {schema} has its target"),
            format!(r#"SELECT "table" FROM pragma_foreign_key_check(NULL, '{schema}')"#),
        ),
        Invariant::new(
            format!("The event log of {schema} has no gap"),
            format!(
                "SELECT 'only ' || count || ' of ' || newest || ' events' FROM (
                     SELECT count(*) AS count, coalesce(max(sequence), 0) AS newest FROM {schema}.events)
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

fn of_a_relay(pair: Pair) -> Invariant {
    let (source, consumer) = (pair.source.name, pair.consumer.name);
    let (schema, of_consumer) = (pair.source.schema(), pair.consumer.schema());
    Invariant::new(
        format!("Every event of {source} has been delivered to {consumer}"),
        format!(
            "SELECT 'events from ' || (position + 1) || ' to ' || newest FROM (
                 SELECT (SELECT coalesce(max(sequence), 0) FROM {schema}.events) AS newest,
                     coalesce((SELECT position FROM {of_consumer}.cursors WHERE source = '{source}'), 0) AS position)
             WHERE position < newest
             UNION ALL
             SELECT 'those about ' || aggregate_id || ' wait: ' || last_error
             FROM {of_consumer}.retry_queue WHERE source = '{source}'"
        ),
    )
}
