//! Stands for the statements of the other database while the descriptions of one are made (`cargo xtask prepare`).

use std::marker::PhantomData;

use sqlx::database::Database;
use sqlx::query::Query;

use super::Rows;

/// Rows that are never read.
#[derive(Debug)]
pub struct Absent<T>(PhantomData<fn() -> T>);

impl<DB: Database, T: Send> Rows<DB> for Absent<T> {
    type Item = T;

    async fn all(self, _: &mut DB::Connection) -> Result<Vec<T>, sqlx::Error> {
        Err(absent())
    }

    async fn optional(self, _: &mut DB::Connection) -> Result<Option<T>, sqlx::Error> {
        Err(absent())
    }
}

/// Rows of `DB` with the type of those of `Present`.
pub fn absent_rows<DB: Database, Present: Database, R: Rows<Present>>(
    _present: &impl FnOnce() -> R,
) -> fn() -> Absent<R::Item> {
    || Absent(PhantomData)
}

/// A statement of `DB` that is never executed.
pub fn absent_query<DB: Database, Present: Database, Q>(
    _present: &impl FnOnce() -> Q,
) -> fn() -> Query<'static, DB, DB::Arguments> {
    || sqlx::query("")
}

fn absent() -> sqlx::Error {
    sqlx::Error::Protocol("a program that was built to describe statements executes none".to_owned())
}
