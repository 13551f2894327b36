//! Pages that change by themselves: what others do is told over `GET /live` and shown at once.

mod change;
pub(in crate::islands) mod feed;
pub mod list;
mod summary;

use serde::{Deserialize, Serialize};

pub use list::LiveList;

/// Where the feed of a page begins, which the page says on an element of its own: `page.js` follows from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveStart {
    /// The position in the logs that was taken before the page was made.
    pub after: String,
    /// Who reads: pages of the same visitor share a stream.
    pub reader: String,
}
