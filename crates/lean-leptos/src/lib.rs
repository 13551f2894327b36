//! Leptos as `app` uses it, which depends on this crate by the name `leptos`. It is the same, but for the JSON of islands in the
//! browser.
//!
//! The macro for islands reads their properties with `::leptos::serde_json`. `serde_json` describes every mistake in JSON in
//! words, floating-point numbers included, which is a quarter of what an otherwise small page would load. What the browser gets
//! was written by the server of the same release, and nobody would read those words there: [`json`] is a reader without them.

pub use leptos::*;

#[cfg(not(feature = "ssr"))]
pub use json as serde_json;

pub mod json;
