//! The rows that a batch works on.

use crate::{ApplyError, DatabaseError, Transaction};

/// The rows that the requests or the events of a batch need, and what they change: loaded once, changed in memory by one decision
/// after the other, saved once.
///
/// The code that decides does not touch the database. It finds in the set what those before it in the batch have decided; one
/// that refuses must have changed nothing.
pub trait WorkingSet: Sized + Send {
    /// Which rows are needed. Every request or event adds its own.
    type Keys: Default + Send;
    /// Why a row cannot be read or written, or a decision refuses.
    type Error: From<DatabaseError> + Into<ApplyError> + Send;

    /// Reads the rows, with a statement per table.
    fn load(tx: &mut Transaction, keys: Self::Keys)
    -> impl Future<Output = Result<Self, Self::Error>> + Send;

    /// Writes every change, with a statement per table, and appends the events.
    fn save(self, tx: &mut Transaction) -> impl Future<Output = Result<(), Self::Error>> + Send;
}
