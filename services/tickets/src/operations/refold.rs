//! Refolds the titles that an earlier release has folded differently.

use event_log::Database;

use super::Tickets;
use crate::catalog::CatalogChange;
use crate::error::TicketsError;
use crate::store;
use crate::store::Tables;

/// Rows per write: other writers wait no longer than a few milliseconds.
const BATCH: i64 = 200;

impl Tickets {
    /// Refolds every title for the search, if another release has folded them differently; returns how many. To be called before the
    /// first search. It resumes where it was interrupted.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn refold_titles(&self) -> Result<u64, TicketsError> {
        let db = &self.db;
        if store::Queries::on(db.reader()).titles_to_fold().await?.is_none() {
            return Ok(0);
        }
        let mut folded = 0;
        while let Some(rows) = fold_some(db).await? {
            folded += rows;
        }
        Ok(folded)
    }
}

/// Refolds the next rows; `None` if there are no more.
async fn fold_some(db: &Database) -> Result<Option<u64>, TicketsError> {
    db.write(|tx| {
        Box::pin(async move {
            let Some(after) = tx.tickets().titles_to_fold().await? else {
                return Ok(None);
            };
            let folded = tx.tickets().fold_titles(&after, BATCH).await?;
            tx.notify(CatalogChange::Refolded);
            Ok(Some(folded))
        })
    })
    .await
}
