//! The WASM entry point: hydrates the islands of `app`, nothing else.

// The islands are exported from the module by their own macro; this keeps them linked in.
use any_spawner::Executor;
#[expect(unused_imports, reason = "linking the crate is the purpose")]
use app::islands::*;
use leptos::prelude::Owner;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the script of the page, before it brings each island to life.
#[wasm_bindgen]
pub fn hydrate() {
    // Not in a release, because of its size: browsers report a panic without it, too, only without its message.
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    // As `leptos::mount::hydrate_islands`, without its way of passing resources and errors from the server, of which islands have
    // none. An error means that there is an executor already.
    let _ = Executor::init_wasm_bindgen();
    // It owns what all islands make, as long as the page is open.
    std::mem::forget(Owner::new_root(None));
}
