//! Takes the place of the crate `wasm-streams` in what the browser loads, by a patch in the workspace's `Cargo.toml`.
//!
//! Leptos compiles the browser's side of streaming server functions, which call `wasm-streams`, whether or not there are any.
//! Whatever a crate exports to JavaScript stays in the module, called or not, and that was a tenth of the module and a fifth of
//! its script. No island of this site reads or sends a stream: this has the functions that are called, and they throw.

use futures::Stream;
use futures::stream::Empty;
use wasm_bindgen::{JsValue, throw_str};
use web_sys::ReadableStream as RawReadableStream;

const NO_STREAMS: &str = "streams are left out of the site's module, see the crate no-streams";

/// A stream of the browser, which nobody can make.
#[derive(Debug)]
pub struct ReadableStream(RawReadableStream);

impl ReadableStream {
    /// Would make a stream of the browser.
    #[must_use]
    pub fn from_stream<S: Stream<Item = Result<JsValue, JsValue>> + 'static>(_: S) -> Self {
        throw_str(NO_STREAMS)
    }

    /// Would wrap a stream of the browser.
    #[must_use]
    pub fn from_raw(_: RawReadableStream) -> Self {
        throw_str(NO_STREAMS)
    }

    /// The stream of the browser.
    #[must_use]
    pub fn into_raw(self) -> RawReadableStream {
        self.0
    }

    /// The chunks of the stream.
    pub fn into_stream(self) -> Empty<Result<JsValue, JsValue>> {
        throw_str(NO_STREAMS)
    }
}
