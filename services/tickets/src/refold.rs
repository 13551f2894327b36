//! Folds the titles anew that an earlier release has folded in another way.

use event_log::Database;

use crate::{Tickets, TicketsError, store};

/// The rows of one write: others wait no longer than a few milliseconds for their turn.
pub(crate) const BATCH: i64 = 200;

impl Tickets {
    /// Folds every title for the search as this release does, if another one has folded them; gives how many. It is done before
    /// anybody searches. Where it was broken off, it goes on.
    ///
    /// # Errors
    /// Internal ones only.
    pub async fn fold_titles_anew(&self) -> Result<u64, TicketsError> {
        let db = self.database();
        if store::titles_to_fold(db.reader()).await?.is_none() {
            return Ok(0);
        }
        let mut folded = 0;
        while let Some(rows) = fold_some(db).await? {
            folded += rows;
        }
        Ok(folded)
    }
}

/// Folds the next rows; `None` if there is nothing to do any more.
async fn fold_some(db: &Database) -> Result<Option<u64>, TicketsError> {
    db.write(|tx| {
        Box::pin(async move {
            let Some(after) = store::titles_to_fold(&mut *tx.connection()).await? else {
                return Ok(None);
            };
            store::fold_titles(tx.connection(), &after, BATCH).await.map(Some)
        })
    })
    .await
}
