//! Ticketing's user interface: server-rendered pages, and islands that make them interactive.
//!
//! It contains everything that users see, and the way from a form to a service and back. It does not contain SQL, business
//! rules or configuration. Server-only code (pages, server functions) is compiled under the feature `ssr`; without
//! it only the islands remain, which are all that browsers load.
// The type of a page names every element in it, which is deeper than the compiler expects types to be.
#![recursion_limit = "256"]
#![expect(
    unreachable_pub,
    reason = "the macros for components and islands write `pub` into private modules"
)]
#![expect(clippy::needless_pass_by_value, reason = "components own their properties")]

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod app;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
pub mod context;
mod dates;
#[cfg(feature = "ssr")]
mod flash;
pub mod islands;
#[cfg(feature = "ssr")]
mod log_position;
mod messages;
mod money;
#[cfg(feature = "ssr")]
mod next;
mod outcome;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod paths;
#[cfg(feature = "ssr")]
mod ready_lists;
#[cfg(feature = "ssr")]
mod rendering;
#[cfg(feature = "ssr")]
mod respond;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub use app::App;
#[cfg(feature = "ssr")]
pub use components::REFRESH_AFTER;
#[cfg(feature = "ssr")]
pub use flash::is_anonymous;
#[cfg(feature = "ssr")]
pub use log_position::{InvalidLogPosition, LogPosition};
#[cfg(feature = "ssr")]
pub use ready_lists::ReadyLists;
#[cfg(feature = "ssr")]
pub use rendering::Rendering;
#[cfg(feature = "ssr")]
pub use shell::{Assets, CommonHead, ErrorPage, shell};
