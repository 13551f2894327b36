//! The page for signing up.

use leptos::prelude::*;
use leptos_meta::Title;

use super::account_form::AccountFormDefaults;
use super::form_title::form_title;
use super::load::{Loaded, load};
use crate::islands::{AccountForm, Purpose};
use crate::paths;

/// Signs up.
#[component]
pub(crate) fn SignUpPage() -> impl IntoView {
    load(async { page() })
}

fn page() -> Loaded {
    let AccountFormDefaults { next, email, refusal } = AccountFormDefaults::of(paths::SIGN_UP)?;
    let page = view! {
        <Title text=form_title("Sign up", refusal.as_ref()) />
        <section class="panel panel--narrow">
            <h1>"Sign up"</h1>
            <AccountForm purpose=Purpose::SignUp email refusal next=next.as_str().to_owned() />
            <p class="panel__foot">
                "Already have an account? " <a href=next.after(paths::SIGN_IN)>"Sign in"</a>
            </p>
        </section>
    };
    Ok(page.into_any())
}
