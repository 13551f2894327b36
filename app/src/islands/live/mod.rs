//! Pages that change by themselves: what others do is told over `GET /live` and shown at once.

mod change;
mod feed;
pub mod list;
pub mod state;
mod summary;

pub use list::LiveList;
pub use state::{LiveState, Watched};
