//! sqlx's macros, for two databases.

/// A statement that returns no rows: [`sqlx::query!`] for SQLite and PostgreSQL. [`Statement::execute`](crate::sql::Statement::execute)
/// runs it. Texts that are joined by `+` are one text.
#[macro_export]
macro_rules! query {
    ($first_text:literal $(+ $text:literal)* $(, $argument:expr)* $(,)?) => {
        $crate::__statement!(query, absent_query, (), ($first_text $(+ $text)*), ($first_text $(+ $text)*), ($($argument),*))
    };
}

/// A statement whose rows are structs: [`sqlx::query_as!`] for SQLite and PostgreSQL. Where they do not understand the same text, there
/// are two: `query_as!(Row, sqlite = "…", postgres = "…", arguments)`.
#[macro_export]
macro_rules! query_as {
    ($row:ident, sqlite = $first_sqlite:literal $(+ $sqlite:literal)*, postgres = $first_postgres:literal $(+ $postgres:literal)* $(, $argument:expr)* $(,)?) => {
        $crate::__statement!(query_as, absent_rows, ($row,), ($first_sqlite $(+ $sqlite)*), ($first_postgres $(+ $postgres)*), ($($argument),*))
    };
    ($row:ident, $first_text:literal $(+ $text:literal)* $(, $argument:expr)* $(,)?) => {
        $crate::__statement!(query_as, absent_rows, ($row,), ($first_text $(+ $text)*), ($first_text $(+ $text)*), ($($argument),*))
    };
}

/// A statement whose rows are single values: [`sqlx::query_scalar!`] for SQLite and PostgreSQL. Where they do not understand the same
/// text, there are two: `query_scalar!(sqlite = "…", postgres = "…", arguments)`.
#[macro_export]
macro_rules! query_scalar {
    (sqlite = $first_sqlite:literal $(+ $sqlite:literal)*, postgres = $first_postgres:literal $(+ $postgres:literal)* $(, $argument:expr)* $(,)?) => {
        $crate::__statement!(query_scalar, absent_rows, (), ($first_sqlite $(+ $sqlite)*), ($first_postgres $(+ $postgres)*), ($($argument),*))
    };
    ($first_text:literal $(+ $text:literal)* $(, $argument:expr)* $(,)?) => {
        $crate::__statement!(query_scalar, absent_rows, (), ($first_text $(+ $text)*), ($first_text $(+ $text)*), ($($argument),*))
    };
}

/// Both statements. sqlx finds the description of a statement by its text, so that the same one for two databases has to look different.
#[cfg(not(any(feature = "prepare-sqlite", feature = "prepare-postgres")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __statement {
    ($macro:ident, $absent:ident, ($($row:tt)*), ($($sqlite:tt)*), ($($postgres:tt)*), ($($argument:expr),*)) => {
        $crate::sql::Statement::new(
            || ::sqlx::$macro!($($row)* $($sqlite)*, $($argument),*),
            || ::sqlx::$macro!($($row)* "/* PostgreSQL */ " + $($postgres)*, $($argument),*),
        )
    };
}

/// While the descriptions of SQLite's statements are made, there are no others: sqlx takes all of a crate from one database.
#[cfg(all(feature = "prepare-sqlite", not(feature = "prepare-postgres")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __statement {
    ($macro:ident, $absent:ident, ($($row:tt)*), ($($sqlite:tt)*), ($($postgres:tt)*), ($($argument:expr),*)) => {{
        let sqlite = || ::sqlx::$macro!($($row)* $($sqlite)*, $($argument),*);
        let postgres = $crate::sql::$absent::<::sqlx::Postgres, ::sqlx::Sqlite, _>(&sqlite);
        $crate::sql::Statement::new(sqlite, postgres)
    }};
}

/// While the descriptions of PostgreSQL's statements are made, there are no others.
#[cfg(feature = "prepare-postgres")]
#[doc(hidden)]
#[macro_export]
macro_rules! __statement {
    ($macro:ident, $absent:ident, ($($row:tt)*), ($($sqlite:tt)*), ($($postgres:tt)*), ($($argument:expr),*)) => {{
        let postgres = || ::sqlx::$macro!($($row)* "/* PostgreSQL */ " + $($postgres)*, $($argument),*);
        let sqlite = $crate::sql::$absent::<::sqlx::Sqlite, ::sqlx::Postgres, _>(&postgres);
        $crate::sql::Statement::new(sqlite, postgres)
    }};
}
