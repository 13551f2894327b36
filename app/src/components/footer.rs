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
                <p>"Each ticket is sold to only one buyer. When you reserve one, we hold it for you until the timer runs out."</p>
                {signed_in}
            </div>
        </footer>
    }
}
