//! The WASM entry point: hydrates the islands of `app`, nothing else.

// The islands are exported from the module by their own macro; this keeps them linked in.
#[expect(unused_imports, reason = "linking the crate is the purpose")]
use app::islands::*;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the script of the page, before it brings each island to life.
#[wasm_bindgen]
pub fn hydrate() {
    // Not in a release, because of its size: browsers report a panic without it, too, only without its message.
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    leptos::mount::hydrate_islands();
}
