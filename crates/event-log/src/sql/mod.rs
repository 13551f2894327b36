//! Statements that have one text for SQLite and PostgreSQL, and what they run on.
//!
//! [`query!`](crate::query!), [`query_as!`](crate::query_as!) and [`query_scalar!`](crate::query_scalar!) are sqlx's macros of the same names, twice: the
//! text is checked against the schemas of both databases at compile time, and runs on the one that is open. See
//! `docs/adr/0028-one-text-for-two-databases.md`.

mod executor;
mod macros;
#[cfg(any(feature = "prepare-sqlite", feature = "prepare-postgres"))]
mod prepare;
mod rows;
mod statement;
mod unchecked;

pub use executor::{Connection, Executor, Pool};
#[cfg(any(feature = "prepare-sqlite", feature = "prepare-postgres"))]
pub use prepare::{Absent, absent_query, absent_rows};
pub use rows::Rows;
pub use statement::Statement;
pub use unchecked::{Row, Unchecked, UncheckedScalar, Value, unchecked, unchecked_scalar};

pub(crate) use executor::{OpenTransaction, Pools};
