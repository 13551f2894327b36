//! What sqlx's macros make of a statement that returns rows.

use sqlx::database::Database;
use sqlx::query::{Map, QueryScalar};
use sqlx::{Decode, IntoArguments, Postgres, Sqlite, Type};

/// A statement of one database that returns rows, with its arguments. sqlx has a type for each of its macros.
pub trait Rows<DB: Database>: Send {
    /// A row.
    type Item: Send;

    /// All its rows.
    fn all(
        self,
        connection: &mut DB::Connection,
    ) -> impl Future<Output = Result<Vec<Self::Item>, sqlx::Error>> + Send;
}

macro_rules! rows_of {
    ($database:ty) => {
        impl<'q, F, O, A> Rows<$database> for Map<'q, $database, F, A>
        where
            F: FnMut(<$database as Database>::Row) -> Result<O, sqlx::Error> + Send,
            O: Send + Unpin,
            A: Send + IntoArguments<$database> + 'q,
        {
            type Item = O;

            async fn all(
                self,
                connection: &mut <$database as Database>::Connection,
            ) -> Result<Vec<O>, sqlx::Error> {
                self.fetch_all(connection).await
            }
        }

        impl<'q, O, A> Rows<$database> for QueryScalar<'q, $database, O, A>
        where
            O: Send + Unpin + for<'r> Decode<'r, $database> + Type<$database> + 'static,
            A: Send + IntoArguments<$database> + 'q,
        {
            type Item = O;

            async fn all(
                self,
                connection: &mut <$database as Database>::Connection,
            ) -> Result<Vec<O>, sqlx::Error> {
                self.fetch_all(connection).await
            }
        }
    };
}

rows_of!(Sqlite);
rows_of!(Postgres);
