//! Live pages: changes arrive over `GET /live` and are shown at once.

mod change;
pub(in crate::islands) mod feed;
pub mod list;
mod summary;

pub use list::LiveList;

/// Where the feed of a page starts. The page has it on an element, from where `page.js` reads it.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveStart {
    /// The position in the event logs, taken before the page was rendered.
    pub after: String,
    /// Identifies the visitor, whose pages share a stream.
    pub reader: String,
}
