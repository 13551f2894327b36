//! All the SQL of this service.

mod sessions;

use contracts::{Email, UserId};
use sqlx::{SqliteConnection, SqlitePool};

pub(crate) use sessions::{SessionStart, end_session, ended_sessions, insert_session, overdue_sessions};

use crate::AuthError;

/// A row of the table of accounts.
pub(crate) struct Account {
    pub(crate) id: UserId,
    /// The PHC string of its password.
    pub(crate) password_hash: String,
}

/// The account of an email address.
pub(crate) async fn find_by_email(pool: &SqlitePool, email: &Email) -> Result<Option<Account>, AuthError> {
    let email = email.as_str();
    let row = sqlx::query!("SELECT id, password_hash FROM users WHERE email = ?", email)
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let id = UserId::parse(&row.id).map_err(|_| AuthError::Corrupt {
        what: format!("the user {}", row.id),
    })?;
    Ok(Some(Account {
        id,
        password_hash: row.password_hash,
    }))
}

/// Inserts an account; `false`, changing nothing, if the email address has one.
pub(crate) async fn insert_user(
    connection: &mut SqliteConnection,
    id: UserId,
    email: &Email,
    password_hash: &str,
    created_at_ms: i64,
) -> Result<bool, AuthError> {
    let (id, email) = (id.to_string(), email.as_str());
    let inserted = sqlx::query!(
        "INSERT INTO users (id, email, password_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        id,
        email,
        password_hash,
        created_at_ms,
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Replaces the hash of a password, unless it has changed meanwhile.
pub(crate) async fn replace_hash(
    connection: &mut SqliteConnection,
    account: &Account,
    password_hash: &str,
) -> Result<bool, AuthError> {
    let id = account.id.to_string();
    let replaced = sqlx::query!(
        "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
        password_hash,
        id,
        account.password_hash,
    )
    .execute(connection)
    .await?;
    Ok(replaced.rows_affected() == 1)
}
