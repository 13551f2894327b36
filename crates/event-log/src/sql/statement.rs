//! A statement for either database.

use std::fmt;

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Postgres, Sqlite};

use super::executor::Driver;
use super::{Executor, Rows};

/// A statement for SQLite and for PostgreSQL. Its arguments are encoded for the one that it runs on, when it does.
///
/// [`query!`](crate::query!), [`query_as!`](crate::query_as!) and [`query_scalar!`](crate::query_scalar!) make one.
///
/// What executes it is boxed, for the one database: room for both would be part of every future of every request that may come to it.
/// Those are moved from layer to layer, which takes longer than the allocation.
pub struct Statement<S, P> {
    sqlite: S,
    postgres: P,
}

impl<S, P> Statement<S, P> {
    /// A statement from sqlx's for both databases. They are made only where they run.
    #[doc(hidden)]
    pub fn new(sqlite: S, postgres: P) -> Self {
        Self { sqlite, postgres }
    }

    /// Executes a statement that returns no rows. Returns how many it has inserted, updated or deleted.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached.
    pub async fn execute<'e>(self, on: impl Into<Executor<'e>>) -> Result<u64, sqlx::Error>
    where
        S: FnOnce() -> Query<'static, Sqlite, SqliteArguments>,
        P: FnOnce() -> Query<'static, Postgres, PgArguments>,
    {
        let mut connection = on.into().ready().await?;
        let done = match connection.driver() {
            Driver::Sqlite(connection) => {
                let done = Box::pin((self.sqlite)().execute(connection)).await;
                done.map(|done| done.rows_affected())
            }
            Driver::Postgres(connection) => {
                let done = Box::pin((self.postgres)().execute(connection)).await;
                done.map(|done| done.rows_affected())
            }
        };
        connection.note(done)
    }

    /// All rows that it returns.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached, or a row cannot be read.
    pub async fn fetch_all<'e, RS, RP>(
        self,
        on: impl Into<Executor<'e>>,
    ) -> Result<Vec<RS::Item>, sqlx::Error>
    where
        S: FnOnce() -> RS,
        P: FnOnce() -> RP,
        RS: Rows<Sqlite>,
        RP: Rows<Postgres, Item = RS::Item>,
    {
        let mut connection = on.into().ready().await?;
        let rows = match connection.driver() {
            Driver::Sqlite(connection) => Box::pin((self.sqlite)().all(connection)).await,
            Driver::Postgres(connection) => Box::pin((self.postgres)().all(connection)).await,
        };
        connection.note(rows)
    }

    /// The first row that it returns, if it returns one.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached, or the row cannot be read.
    pub async fn fetch_optional<'e, RS, RP>(
        self,
        on: impl Into<Executor<'e>>,
    ) -> Result<Option<RS::Item>, sqlx::Error>
    where
        S: FnOnce() -> RS,
        P: FnOnce() -> RP,
        RS: Rows<Sqlite>,
        RP: Rows<Postgres, Item = RS::Item>,
    {
        // A statement of which one row is wanted returns one, or none.
        let rows = self.fetch_all(on).await?;
        Ok(rows.into_iter().next())
    }

    /// The first row that it returns.
    ///
    /// # Errors
    /// When it returns none, the database refuses it, or cannot be reached, or the row cannot be read.
    pub async fn fetch_one<'e, RS, RP>(self, on: impl Into<Executor<'e>>) -> Result<RS::Item, sqlx::Error>
    where
        S: FnOnce() -> RS,
        P: FnOnce() -> RP,
        RS: Rows<Sqlite>,
        RP: Rows<Postgres, Item = RS::Item>,
    {
        let row = self.fetch_optional(on).await?;
        row.ok_or(sqlx::Error::RowNotFound)
    }
}

impl<S, P> fmt::Debug for Statement<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statement").finish_non_exhaustive()
    }
}
