//! Optional databases that are missing although the others show that they existed.

use event_log::sql::unchecked_scalar;
use service::{Definition, relay_endpoints};
use sqlx::AssertSqlSafe;

use super::connection::Connection;
use super::{CheckError, Finding, consistency, damage};
use crate::compose;

/// Evidence of a source in the database of a consumer, besides its cursor.
struct Trace {
    source: &'static str,
    consumer: &'static str,
    /// One text for each kind of evidence found.
    query: &'static str,
}

const TRACES: [Trace; 1] = [Trace {
    source: "test-provider",
    consumer: "payments",
    query: "SELECT 'holds ' || count(*) || ' of its payments' FROM payments.payments WHERE provider = 'test' HAVING count(*) > 0",
}];

/// The missing databases whose events were consumed by those that can be read. `services` are those that can be read, and `present`
/// those whose files exist. Without the missing one, a server would create an empty one, and refuse to start on it.
pub(super) async fn findings(
    connection: &mut Connection,
    services: &[&'static Definition],
    present: &[&'static Definition],
) -> Result<Vec<Finding>, CheckError> {
    let is_among =
        |services: &[&'static Definition], name| services.iter().any(|service| service.name == name);
    let mut findings = Vec::new();
    for endpoints in relay_endpoints(&compose::SERVICES) {
        let (source, consumer) = (endpoints.source.name, endpoints.consumer.name);
        if is_among(present, source) || !is_among(services, consumer) {
            continue;
        }
        let cursor = format!(
            "SELECT 'has consumed ' || position || ' of its events' FROM {}.cursors WHERE source = '{source}' AND position > 0",
            endpoints.consumer.schema()
        );
        let traces = TRACES
            .iter()
            .filter(|trace| (trace.source, trace.consumer) == (source, consumer));
        let queries = std::iter::once(cursor).chain(traces.map(|trace| trace.query.to_owned()));
        let mut violations = Vec::new();
        for query in queries {
            let found = unchecked_scalar(AssertSqlSafe(query))
                .fetch_all(connection.on())
                .await;
            let found: Vec<String> = match found {
                Ok(found) => found,
                Err(error) => vec![damage::in_a_check(error)?],
            };
            let described =
                |found| format!("the {source} database is missing: the {consumer} database {found}");
            violations.extend(found.into_iter().map(described));
        }
        if !violations.is_empty() {
            findings.push(Finding {
                name: consistency::name(endpoints),
                violations,
            });
        }
    }
    Ok(findings)
}
