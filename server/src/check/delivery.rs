//! How many events of a source a consumer has handled.

use std::collections::HashSet;

use event_log::sql::unchecked;
use serde_json::Value;
use service::RelayEndpoints;
use sqlx::AssertSqlSafe;

use super::connection::Connection;
use super::damage;
use super::{CheckError, Finding};

/// How many undelivered events are searched for the ids in them.
const MAX_EVENTS_INSPECTED: u32 = 10_000;

/// The delivery of a source's events to a consumer.
pub(super) struct Delivery {
    endpoints: RelayEndpoints,
    /// The newest event at the first pass: everything up to it must have been delivered.
    expected: i64,
    first_position: i64,
    seen: Seen,
    unreadable: Vec<String>,
}

#[derive(Default)]
struct Seen {
    position: i64,
    newest: i64,
    /// The aggregates in the retry queue, each with its last error.
    retrying: Vec<(String, String)>,
}

impl Delivery {
    /// The first pass.
    pub(super) async fn first_pass(
        connection: &mut Connection,
        endpoints: RelayEndpoints,
    ) -> Result<Self, CheckError> {
        let (seen, unreadable) = match Seen::read(connection, endpoints).await {
            Ok(seen) => (seen, Vec::new()),
            Err(error) => (Seen::default(), vec![damage::in_a_check(error)?]),
        };
        Ok(Self {
            endpoints,
            expected: seen.newest,
            first_position: seen.position,
            seen,
            unreadable,
        })
    }

    /// Another pass. An aggregate that was retried in every pass is stuck; others only waited for their turn.
    pub(super) async fn next_pass(&mut self, connection: &mut Connection) -> Result<(), CheckError> {
        if !self.unreadable.is_empty() {
            return Ok(());
        }
        let mut seen = match Seen::read(connection, self.endpoints).await {
            Ok(seen) => seen,
            Err(error) => {
                self.unreadable.push(damage::in_a_check(error)?);
                return Ok(());
            }
        };
        let before: HashSet<&str> = self.seen.retrying.iter().map(|(id, _)| id.as_str()).collect();
        seen.retrying.retain(|(id, _)| before.contains(id.as_str()));
        self.seen = seen;
        Ok(())
    }

    /// Whether an event from the first pass is undelivered.
    pub(super) fn is_behind(&self) -> bool {
        self.seen.position < self.expected
    }

    /// Whether everything from the first pass has been delivered.
    pub(super) fn is_complete(&self) -> bool {
        !self.is_behind() && self.seen.retrying.is_empty() && self.unreadable.is_empty()
    }

    /// How many events were undelivered at the first pass and have been delivered since.
    pub(super) fn was_in_transit(&self) -> i64 {
        if self.is_behind() {
            return 0;
        }
        (self.expected - self.first_position).max(0)
    }

    pub(super) fn finding(&self) -> Finding {
        let mut violations = self.unreadable.clone();
        if self.is_behind() {
            let Seen { position, newest, .. } = self.seen;
            violations.push(format!("events from {} to {newest}", position + 1));
        }
        let retrying = self.seen.retrying.iter();
        violations.extend(retrying.map(|(id, error)| format!("those about {id} wait: {error}")));
        let (source, consumer) = (self.endpoints.source.name, self.endpoints.consumer.name);
        Finding::of(
            format!("Every event of {source} has been delivered to {consumer}"),
            violations,
        )
    }
}

impl Seen {
    async fn read(connection: &mut Connection, endpoints: RelayEndpoints) -> Result<Self, sqlx::Error> {
        let (source, consumer) = (endpoints.source.schema(), endpoints.consumer.schema());
        let positions = format!(
            "SELECT coalesce((SELECT position FROM {consumer}.cursors WHERE source = $1), 0),
                 (SELECT coalesce(max(sequence), 0) FROM {source}.events)"
        );
        let (position, newest): (i64, i64) = unchecked(AssertSqlSafe(positions))
            .bind(endpoints.source.name)
            .fetch_one(connection.on())
            .await?;
        let retrying = format!(
            "SELECT aggregate_id, coalesce(last_error, '') FROM {consumer}.retry_queue WHERE source = $1"
        );
        let retrying: Vec<(String, String)> = unchecked(AssertSqlSafe(retrying))
            .bind(endpoints.source.name)
            .fetch_all(connection.on())
            .await?;
        Ok(Self {
            position,
            newest,
            retrying,
        })
    }
}

/// The subjects of the undelivered events of some deliveries: each text in them, including ids.
pub(super) async fn in_transit(
    connection: &mut Connection,
    deliveries: &[Delivery],
) -> Result<HashSet<String>, sqlx::Error> {
    let mut texts = HashSet::new();
    for Delivery { endpoints, .. } in deliveries {
        let (source, consumer) = (endpoints.source.schema(), endpoints.consumer.schema());
        let undelivered = format!(
            "SELECT aggregate_id, payload FROM {source}.events
             WHERE sequence > coalesce((SELECT position FROM {consumer}.cursors WHERE source = $1), 0)
             ORDER BY sequence LIMIT {MAX_EVENTS_INSPECTED}"
        );
        let events = unchecked(AssertSqlSafe(undelivered))
            .bind(endpoints.source.name)
            .fetch_all(connection.on())
            .await;
        let events: Vec<(String, String)> = match events {
            Ok(events) => events,
            // Reported by another finding.
            Err(error) if event_log::is_damage(&error) => continue,
            Err(error) => return Err(error),
        };
        for (aggregate_id, payload) in events {
            texts.insert(aggregate_id);
            if let Ok(payload) = serde_json::from_str(&payload) {
                collect(payload, &mut texts);
            }
        }
    }
    Ok(texts)
}

fn collect(value: Value, texts: &mut HashSet<String>) {
    match value {
        Value::String(text) => {
            texts.insert(text);
        }
        Value::Array(values) => values.into_iter().for_each(|value| collect(value, texts)),
        Value::Object(fields) => fields.into_iter().for_each(|(_, value)| collect(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
