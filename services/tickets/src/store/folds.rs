//! Titles that were folded by an earlier release.

use super::{Queries, TicketStore};
use crate::error::TicketsError;
use crate::fold::{FOLD_VERSION, folded_title};
use event_log::sql::Executor;

/// The row that says how far titles were folded.
struct Progress {
    version: i64,
    folded_up_to: Option<String>,
}

/// A title that is to be folded.
struct TitleRow {
    id: String,
    title: String,
}

async fn titles_to_fold(db: impl Into<Executor<'_>>) -> Result<Option<String>, TicketsError> {
    let state = event_log::query_as!(
        Progress,
        "SELECT version, folded_up_to FROM title_fold WHERE id = 1"
    )
    .fetch_one(db)
    .await?;
    Ok(if state.version == FOLD_VERSION {
        state.folded_up_to
    } else {
        Some(String::new())
    })
}

impl TicketStore<'_> {
    /// The ticket after which titles are to be refolded, empty for all of them; `None` if every title is current.
    pub(crate) async fn titles_to_fold(&mut self) -> Result<Option<String>, TicketsError> {
        titles_to_fold(&mut *self.0).await
    }

    /// Refolds the titles of the next tickets after one, and records the progress; returns how many there were.
    pub(crate) async fn fold_titles(&mut self, after: &str, limit: i64) -> Result<u64, TicketsError> {
        let rows = event_log::query_as!(
            TitleRow,
            "SELECT id, title FROM tickets WHERE id > $1 ORDER BY id LIMIT $2",
            after,
            limit,
        )
        .fetch_all(&mut *self.0)
        .await?;
        for row in &rows {
            let folded = folded_title(&row.title);
            event_log::query!(
                "UPDATE tickets SET title_folded = $1 WHERE id = $2",
                folded,
                row.id
            )
            .execute(&mut *self.0)
            .await?;
        }
        let up_to = rows.last().map(|row| row.id.as_str());
        event_log::query!(
            "UPDATE title_fold SET version = $1, folded_up_to = $2 WHERE id = 1",
            FOLD_VERSION,
            up_to,
        )
        .execute(&mut *self.0)
        .await?;
        Ok(u64::try_from(rows.len()).unwrap_or_default())
    }
}

impl Queries<'_> {
    /// The ticket after which titles are to be refolded, empty for all of them; `None` if every title is current.
    pub(crate) async fn titles_to_fold(&self) -> Result<Option<String>, TicketsError> {
        titles_to_fold(self.0).await
    }
}
