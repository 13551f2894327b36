//! The document around every page.

mod assets;
mod error_page;
mod head;

use std::sync::Arc;

use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

pub use self::assets::Assets;
pub use self::error_page::ErrorPage;
pub use self::head::CommonHead;
use crate::App;

const HYDRATE: &str = include_str!("hydrate.js");
/// A browser may skip the transition between two pages, which is not an error. It may do so before any module runs.
const TRANSITIONS: &str = include_str!("transitions.js");
const FONT: &str = "/fonts/archivo-5.3.0.woff2";

/// The document of every page. The server passes it to `leptos_routes` and to the handler of unknown paths. `watched` are the options
/// of a build that is rebuilt on every change, whose pages reload themselves.
#[must_use]
pub fn shell(assets: &Assets, watched: Option<LeptosOptions>) -> impl IntoView + use<> {
    let Assets { css, start } = assets.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <CommonHead stylesheet=css />
                <link rel="preload" href=FONT r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                {watched.map(|options| view! { <AutoReload options /> })}
                <Hydration start />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Loads the script and the WASM. It replaces the framework's own component, which exposes the nonce in an attribute.
#[component]
fn Hydration(start: Arc<str>) -> impl IntoView {
    // Only islands are hydrated: the data that pages load is not serialized.
    if let Some(context) = Owner::current_shared_context() {
        context.set_is_hydrating(false);
    }
    view! {
        <script nonce=use_nonce()>{TRANSITIONS}</script>
        <script type="module" nonce=use_nonce()>
            {start}
        </script>
    }
}
