//! All SQL of the provider.

use sqlx::{SqliteConnection, SqliteExecutor};

use crate::{Decline, ProviderError, TestCharge};

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
    db: impl SqliteExecutor<'_>,
    key: &str,
) -> Result<Option<TestCharge>, ProviderError> {
    let row = sqlx::query_as!(
        ChargeRow,
        "SELECT key, amount_cents, status, failure, settles_at, succeeded_at, version FROM charges WHERE key = ?",
        key,
    )
    .fetch_optional(db)
    .await?;
    row.map(TestCharge::try_from).transpose()
}

/// Charges that are due.
pub(crate) async fn due(db: &mut SqliteConnection, now_ms: i64) -> Result<Vec<TestCharge>, ProviderError> {
    let rows = sqlx::query_as!(
        ChargeRow,
        "SELECT key, amount_cents, status, failure, settles_at, succeeded_at, version
         FROM charges WHERE settles_at <= ? ORDER BY settles_at LIMIT 100",
        now_ms,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(TestCharge::try_from).collect()
}

/// When the next charge succeeds.
pub(crate) async fn next_due(db: impl SqliteExecutor<'_>) -> Result<Option<i64>, ProviderError> {
    let next = sqlx::query_scalar!(
        "SELECT settles_at FROM charges WHERE settles_at IS NOT NULL ORDER BY settles_at LIMIT 1"
    )
    .fetch_optional(db)
    .await?;
    Ok(next.flatten())
}

pub(crate) async fn save(db: &mut SqliteConnection, charge: &TestCharge) -> Result<(), ProviderError> {
    let status = charge.status.as_str();
    let failure = charge.failure.map(Decline::as_str);
    sqlx::query!(
        "INSERT INTO charges (key, amount_cents, status, failure, settles_at, succeeded_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (key) DO UPDATE SET status = excluded.status, failure = excluded.failure,
             settles_at = excluded.settles_at, succeeded_at = excluded.succeeded_at, version = excluded.version",
        charge.key,
        charge.amount_cents,
        status,
        failure,
        charge.settles_at_ms,
        charge.succeeded_at_ms,
        charge.version,
    )
    .execute(db)
    .await?;
    Ok(())
}
