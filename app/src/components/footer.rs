//! The foot of every page.

use leptos::prelude::*;

use crate::context;

/// The promise, and who is signed in.
#[component]
pub(crate) fn Footer() -> impl IntoView {
    let signed_in = context::session().map(|session| {
        view! { <p class="footer__account">"Signed in as " <strong>{session.user.email}</strong></p> }
    });
    view! {
        <footer class="footer">
            <div class="footer__inner">
                <p>"One ticket, one buyer. What you reserve is held for you alone, and the price stays as you saw it."</p>
                {signed_in}
            </div>
        </footer>
    }
}
