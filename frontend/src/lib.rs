//! The WASM entry point: hydrates the islands of `app`, nothing else.

// The islands are exported from the module by their own macro; this keeps them linked in.
#[expect(unused_imports, reason = "linking the crate is the purpose")]
use app::islands::*;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the script of the page, before it brings each island to life.
#[wasm_bindgen]
pub fn hydrate() {
    // In a release it would cost every visitor more than it tells: browsers report a panic all the same, without its text.
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    leptos::mount::hydrate_islands();
}
