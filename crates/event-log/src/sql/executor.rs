//! What a statement runs on.

use std::fmt;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool};

/// Connections of one database, for reading.
#[derive(Clone, Debug)]
pub struct Pool(pub(crate) Pools);

/// The pool, of either database.
#[derive(Clone, Debug)]
pub(crate) enum Pools {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    /// The pool of SQLite, for what only SQLite has.
    #[must_use]
    pub fn as_sqlite(&self) -> Option<&SqlitePool> {
        match &self.0 {
            Pools::Sqlite(pool) => Some(pool),
            Pools::Postgres(_) => None,
        }
    }

    /// The pool of PostgreSQL, for what only PostgreSQL has.
    #[must_use]
    pub fn as_postgres(&self) -> Option<&PgPool> {
        match &self.0 {
            Pools::Sqlite(_) => None,
            Pools::Postgres(pool) => Some(pool),
        }
    }

    /// Closes its connections, once they are free.
    pub(crate) async fn close(&self) {
        match &self.0 {
            Pools::Sqlite(pool) => pool.close().await,
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

impl From<SqlitePool> for Pool {
    fn from(pool: SqlitePool) -> Self {
        Self(Pools::Sqlite(pool))
    }
}

impl From<PgPool> for Pool {
    fn from(pool: PgPool) -> Self {
        Self(Pools::Postgres(pool))
    }
}

/// The connection of a write transaction.
pub struct Connection(pub(crate) OpenTransaction);

/// The transaction, of either database.
pub(crate) enum OpenTransaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres {
        transaction: sqlx::Transaction<'static, Postgres>,
        /// A statement has failed, so that the transaction can only be rolled back.
        has_failed: bool,
    },
}

impl Connection {
    /// The connection of SQLite, for what only SQLite has.
    pub fn as_sqlite(&mut self) -> Option<&mut SqliteConnection> {
        match &mut self.0 {
            OpenTransaction::Sqlite(transaction) => Some(transaction),
            OpenTransaction::Postgres { .. } => None,
        }
    }

    /// The connection of PostgreSQL, for what only PostgreSQL has.
    pub fn as_postgres(&mut self) -> Option<&mut PgConnection> {
        match &mut self.0 {
            OpenTransaction::Sqlite(_) => None,
            OpenTransaction::Postgres { transaction, .. } => Some(transaction),
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.0 {
            OpenTransaction::Sqlite(transaction) => transaction.commit().await,
            // PostgreSQL would roll back and report success.
            OpenTransaction::Postgres { has_failed: true, .. } => Err(sqlx::Error::Protocol(
                "a statement of this transaction has failed, and its error was not returned".to_owned(),
            )),
            OpenTransaction::Postgres { transaction, .. } => Box::pin(transaction.commit()).await,
        }
    }

    pub(crate) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self.0 {
            OpenTransaction::Sqlite(transaction) => transaction.rollback().await,
            OpenTransaction::Postgres { transaction, .. } => Box::pin(transaction.rollback()).await,
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

/// A connection, or a pool to take one from: what a [`Statement`](super::Statement) runs on.
#[derive(Debug)]
pub struct Executor<'c>(On<'c>);

#[derive(Debug)]
enum On<'c> {
    Sqlite(&'c mut SqliteConnection),
    SqlitePool(&'c SqlitePool),
    Postgres(&'c mut PgConnection, Option<&'c mut bool>),
    PostgresPool(&'c PgPool),
}

/// A connection that is ready for a statement, until it is dropped.
pub(super) enum Ready<'c> {
    Sqlite(&'c mut SqliteConnection),
    SqliteOfPool(PoolConnection<Sqlite>),
    Postgres(&'c mut PgConnection, Option<&'c mut bool>),
    PostgresOfPool(PoolConnection<Postgres>),
}

impl<'c> Executor<'c> {
    pub(super) async fn ready(self) -> Result<Ready<'c>, sqlx::Error> {
        Ok(match self.0 {
            On::Sqlite(connection) => Ready::Sqlite(connection),
            On::SqlitePool(pool) => Ready::SqliteOfPool(Box::pin(pool.acquire()).await?),
            On::Postgres(connection, has_failed) => Ready::Postgres(connection, has_failed),
            On::PostgresPool(pool) => Ready::PostgresOfPool(Box::pin(pool.acquire()).await?),
        })
    }
}

impl Ready<'_> {
    /// Remembers that a statement has failed.
    pub(super) fn note<T>(&mut self, outcome: Result<T, sqlx::Error>) -> Result<T, sqlx::Error> {
        if let (Err(_), Self::Postgres(_, Some(has_failed))) = (&outcome, self) {
            **has_failed = true;
        }
        outcome
    }
}

/// The connection, by its database.
pub(super) enum Driver<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Ready<'_> {
    pub(super) fn driver(&mut self) -> Driver<'_> {
        match self {
            Self::Sqlite(connection) => Driver::Sqlite(connection),
            Self::SqliteOfPool(connection) => Driver::Sqlite(connection),
            Self::Postgres(connection, _) => Driver::Postgres(connection),
            Self::PostgresOfPool(connection) => Driver::Postgres(connection),
        }
    }
}

impl<'c> From<&'c Pool> for Executor<'c> {
    fn from(pool: &'c Pool) -> Self {
        Self(match &pool.0 {
            Pools::Sqlite(pool) => On::SqlitePool(pool),
            Pools::Postgres(pool) => On::PostgresPool(pool),
        })
    }
}

impl<'c> From<&'c mut Connection> for Executor<'c> {
    fn from(connection: &'c mut Connection) -> Self {
        Self(match &mut connection.0 {
            OpenTransaction::Sqlite(transaction) => On::Sqlite(transaction),
            OpenTransaction::Postgres {
                transaction,
                has_failed,
            } => On::Postgres(transaction, Some(has_failed)),
        })
    }
}

impl<'c> From<&'c mut SqliteConnection> for Executor<'c> {
    fn from(connection: &'c mut SqliteConnection) -> Self {
        Self(On::Sqlite(connection))
    }
}

impl<'c> From<&'c SqlitePool> for Executor<'c> {
    fn from(pool: &'c SqlitePool) -> Self {
        Self(On::SqlitePool(pool))
    }
}

impl<'c> From<&'c mut PgConnection> for Executor<'c> {
    fn from(connection: &'c mut PgConnection) -> Self {
        Self(On::Postgres(connection, None))
    }
}

impl<'c> From<&'c PgPool> for Executor<'c> {
    fn from(pool: &'c PgPool) -> Self {
        Self(On::PostgresPool(pool))
    }
}
