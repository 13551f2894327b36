//! Statements that are checked when they run, for tests and tools.

use std::fmt;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Encode, FromRow, SqlSafeStr, SqlStr, Type};

use super::Executor;
use super::executor::Driver;

/// A statement that was not checked at compile time. It has `$1` for its first argument, on either database.
///
/// For tests and tools alone: what the program itself does with its tables is checked.
#[must_use = "it runs when it is executed or fetched"]
pub fn unchecked(text: impl SqlSafeStr) -> Unchecked {
    Unchecked {
        text: text.into_sql_str(),
        arguments: Vec::new(),
    }
}

/// See [`unchecked`].
pub struct Unchecked {
    text: SqlStr,
    arguments: Vec<Value>,
}

/// An argument of an [`Unchecked`] statement.
#[derive(Clone, Debug)]
pub enum Value {
    /// A text, or NULL.
    Text(Option<String>),
    /// A number, or NULL.
    Integer(Option<i64>),
    /// A truth value.
    Boolean(bool),
}

/// What a row of either database can be read as.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

impl Unchecked {
    /// Adds an argument.
    #[must_use = "it runs when it is executed or fetched"]
    pub fn bind(mut self, argument: impl Into<Value>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Executes it. Returns how many rows it has inserted, updated or deleted.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached.
    pub async fn execute<'e>(self, on: impl Into<Executor<'e>>) -> Result<u64, sqlx::Error> {
        let mut connection = on.into().ready().await?;
        let done = match connection.driver() {
            Driver::Sqlite(connection) => {
                let statement = sqlx::query_with(self.text, encode::<SqliteArguments>(self.arguments)?);
                let done = statement.execute(connection).await;
                done.map(|done| done.rows_affected())
            }
            Driver::Postgres(connection) => {
                let statement = sqlx::query_with(self.text, encode::<PgArguments>(self.arguments)?);
                let done = statement.execute(connection).await;
                done.map(|done| done.rows_affected())
            }
        };
        connection.note(done)
    }

    /// All rows that it returns: tuples, or structs that are [`FromRow`] of both databases.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached, or a row cannot be read.
    pub async fn fetch_all<'e, R: Row>(self, on: impl Into<Executor<'e>>) -> Result<Vec<R>, sqlx::Error> {
        let mut connection = on.into().ready().await?;
        let rows = match connection.driver() {
            Driver::Sqlite(connection) => {
                let statement = sqlx::query_as_with(self.text, encode::<SqliteArguments>(self.arguments)?);
                statement.fetch_all(connection).await
            }
            Driver::Postgres(connection) => {
                let statement = sqlx::query_as_with(self.text, encode::<PgArguments>(self.arguments)?);
                statement.fetch_all(connection).await
            }
        };
        connection.note(rows)
    }

    /// Its first row, if it has one.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached, or a row cannot be read.
    pub async fn fetch_optional<'e, R: Row>(
        self,
        on: impl Into<Executor<'e>>,
    ) -> Result<Option<R>, sqlx::Error> {
        let rows = self.fetch_all(on).await?;
        Ok(rows.into_iter().next())
    }

    /// Its first row.
    ///
    /// # Errors
    /// When it returns none, the database refuses it, or cannot be reached, or a row cannot be read.
    pub async fn fetch_one<'e, R: Row>(self, on: impl Into<Executor<'e>>) -> Result<R, sqlx::Error> {
        let row = self.fetch_optional(on).await?;
        row.ok_or(sqlx::Error::RowNotFound)
    }
}

/// The same for a statement whose rows are single values.
#[must_use = "it runs when it is fetched"]
pub fn unchecked_scalar(text: impl SqlSafeStr) -> UncheckedScalar {
    UncheckedScalar(unchecked(text))
}

/// See [`unchecked_scalar`].
#[derive(Debug)]
pub struct UncheckedScalar(Unchecked);

impl UncheckedScalar {
    /// Adds an argument.
    #[must_use = "it runs when it is fetched"]
    pub fn bind(self, argument: impl Into<Value>) -> Self {
        Self(self.0.bind(argument))
    }

    /// All its values.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached, or a value cannot be read.
    pub async fn fetch_all<'e, T>(self, on: impl Into<Executor<'e>>) -> Result<Vec<T>, sqlx::Error>
    where
        (T,): Row,
    {
        let rows = self.0.fetch_all(on).await?;
        Ok(rows.into_iter().map(|(value,)| value).collect())
    }

    /// Its first value, if it has one.
    ///
    /// # Errors
    /// When the database refuses it, or cannot be reached, or the value cannot be read.
    pub async fn fetch_optional<'e, T>(self, on: impl Into<Executor<'e>>) -> Result<Option<T>, sqlx::Error>
    where
        (T,): Row,
    {
        let row = self.0.fetch_optional(on).await?;
        Ok(row.map(|(value,)| value))
    }

    /// Its first value.
    ///
    /// # Errors
    /// When it returns none, the database refuses it, or cannot be reached, or the value cannot be read.
    pub async fn fetch_one<'e, T>(self, on: impl Into<Executor<'e>>) -> Result<T, sqlx::Error>
    where
        (T,): Row,
    {
        let value = self.fetch_optional(on).await?;
        value.ok_or(sqlx::Error::RowNotFound)
    }
}

/// The arguments, for one of the databases.
fn encode<A>(values: Vec<Value>) -> Result<A, sqlx::Error>
where
    A: Arguments,
    for<'q> Option<String>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<i64>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> bool: Encode<'q, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match value {
            Value::Text(value) => arguments.add(value),
            Value::Integer(value) => arguments.add(value),
            Value::Boolean(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl fmt::Debug for Unchecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unchecked")
            .field("text", &self.text.as_str())
            .finish_non_exhaustive()
    }
}
