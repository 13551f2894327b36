//! All SQL of the provider.

use event_log::DatabaseError;
use event_log::sql::{Connection, Executor};

use crate::{ProviderError, TestCharge};

struct ChargeRow {
    key: String,
    amount_cents: i64,
    status: String,
    failure: Option<String>,
    settles_at: Option<i64>,
    succeeded_at: Option<i64>,
    version: i64,
}

impl TryFrom<ChargeRow> for TestCharge {
    type Error = ProviderError;

    fn try_from(row: ChargeRow) -> Result<Self, ProviderError> {
        Ok(Self {
            status: row.status.parse()?,
            failure: row.failure.as_deref().map(str::parse).transpose()?,
            key: row.key,
            amount_cents: row.amount_cents,
            settles_at_ms: row.settles_at,
            succeeded_at_ms: row.succeeded_at,
            version: row.version,
        })
    }
}

pub(crate) async fn find(
    db: impl Into<Executor<'_>>,
    key: &str,
) -> Result<Option<TestCharge>, ProviderError> {
    let row = event_log::query_as!(
        ChargeRow,
        "SELECT key, amount_cents, status, failure, settles_at, succeeded_at, version FROM charges WHERE key = $1",
        key,
    )
    .fetch_optional(db)
    .await?;
    row.map(TestCharge::try_from).transpose()
}

/// Charges that are due.
pub(crate) async fn due(db: &mut Connection, now_ms: i64) -> Result<Vec<TestCharge>, ProviderError> {
    let rows = event_log::query_as!(
        ChargeRow,
        "SELECT key, amount_cents, status, failure, settles_at, succeeded_at, version
         FROM charges WHERE settles_at <= $1 ORDER BY settles_at LIMIT 100",
        now_ms,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(TestCharge::try_from).collect()
}

/// When the next charge succeeds.
pub(crate) async fn next_due(db: impl Into<Executor<'_>>) -> Result<Option<i64>, ProviderError> {
    let next = event_log::query_scalar!(
        "SELECT settles_at FROM charges WHERE settles_at IS NOT NULL ORDER BY settles_at LIMIT 1"
    )
    .fetch_optional(db)
    .await?;
    Ok(next.flatten())
}

/// Charges by their keys. One that was never requested is left out.
pub(crate) async fn find_all(db: &mut Connection, keys: &[&str]) -> Result<Vec<TestCharge>, ProviderError> {
    let keys = serde_json::to_string(keys).map_err(DatabaseError::from)?;
    let rows = event_log::query_as!(
        ChargeRow,
        "SELECT key, amount_cents, status, failure, settles_at, succeeded_at, version FROM charges
         WHERE key IN (SELECT r.value FROM json_each($1) AS r)",
        keys,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(TestCharge::try_from).collect()
}

/// Adds charges, or replaces them.
pub(crate) async fn save_all(db: &mut Connection, charges: &[&TestCharge]) -> Result<(), ProviderError> {
    if charges.is_empty() {
        return Ok(());
    }
    // The names of the fields, statuses and reasons are those of the events.
    let charges = serde_json::to_string(charges).map_err(DatabaseError::from)?;
    event_log::query!(
        "INSERT INTO charges (key, amount_cents, status, failure, settles_at, succeeded_at, version)
         SELECT r.value->>'key', CAST(r.value->>'amount_cents' AS BIGINT), r.value->>'status', r.value->>'failure',
             CAST(r.value->>'settles_at_ms' AS BIGINT), CAST(r.value->>'succeeded_at_ms' AS BIGINT),
             CAST(r.value->>'version' AS BIGINT)
         FROM jsonb_each($1) AS r WHERE true ORDER BY r.key
         ON CONFLICT (key) DO UPDATE SET status = excluded.status, failure = excluded.failure,
             settles_at = excluded.settles_at, succeeded_at = excluded.succeeded_at, version = excluded.version",
        charges,
    )
    .execute(db)
    .await?;
    Ok(())
}
