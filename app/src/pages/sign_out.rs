//! The page for signing out.

use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, PageError, load};
use crate::context;
use crate::flash::Flash;
use crate::islands::{Action, ActionForm, ButtonStyle};
use crate::paths;

/// Asks for confirmation, because anyone can send a user a link to this page.
#[component]
pub(crate) fn SignOutPage() -> impl IntoView {
    load(async { page() })
}

fn page() -> Loaded {
    let session = context::session().ok_or_else(|| PageError::Redirect(paths::ON_SALE.to_owned()))?;
    let refusal = use_context::<Flash>()
        .unwrap_or_default()
        .refusal(paths::SIGN_OUT);
    let page = view! {
        <Title text="Sign out" />
        <section class="panel panel--narrow">
            <h1>"Sign out"</h1>
            <p class="panel__lead">"You're signed in as " <strong>{session.user.email}</strong></p>
            <ActionForm
                action=Action::SignOut
                label="Sign out".to_owned()
                style=ButtonStyle::Primary
                refusal
            />
        </section>
    };
    Ok(page.into_any())
}
