//! The footer of every page.

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
                <p>"Every ticket is sold to one buyer only. A ticket that you reserve is kept for you until the timer ends."</p>
                {signed_in}
            </div>
        </footer>
    }
}
