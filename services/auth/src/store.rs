//! All the SQL of this service.

mod sessions;
mod tables;

use contracts::{Email, UserId};

pub(crate) use sessions::SessionStart;
pub(crate) use tables::{AccountStore, Queries, SessionStore, Tables};

use crate::error::AuthError;

/// A row of the table of accounts.
pub(crate) struct Account {
    pub(crate) id: UserId,
    /// The PHC string of its password.
    pub(crate) password_hash: String,
}

/// An [`Account`] as it is stored.
struct AccountRow {
    id: String,
    password_hash: String,
}

impl Queries<'_> {
    /// The account of an email address.
    pub(crate) async fn find_by_email(&self, email: &Email) -> Result<Option<Account>, AuthError> {
        let email = email.as_str();
        let row = event_log::query_as!(
            AccountRow,
            "SELECT id, password_hash FROM users WHERE email = $1",
            email
        )
        .fetch_optional(self.0)
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
}

impl AccountStore<'_> {
    /// Inserts an account; `false`, changing nothing, if the email address has one.
    pub(crate) async fn insert(
        &mut self,
        id: UserId,
        email: &Email,
        password_hash: &str,
        created_at_ms: i64,
    ) -> Result<bool, AuthError> {
        let (id, email) = (id.to_string(), email.as_str());
        let inserted = event_log::query!(
            "INSERT INTO users (id, email, password_hash, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            id,
            email,
            password_hash,
            created_at_ms,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(inserted == 1)
    }

    /// Replaces the hash of a password, unless it has changed in the meantime.
    pub(crate) async fn replace_hash(
        &mut self,
        account: &Account,
        password_hash: &str,
    ) -> Result<bool, AuthError> {
        let id = account.id.to_string();
        let replaced = event_log::query!(
            "UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3",
            password_hash,
            id,
            account.password_hash,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(replaced == 1)
    }
}
