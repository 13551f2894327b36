//! The page for signing in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::account_form::AccountFormDefaults;
use super::form_title::form_title;
use super::load::{Loaded, load};
use crate::islands::{AccountForm, Purpose};
use crate::next::Next;
use crate::paths;

/// Signs in to an account.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    load(async { page() })
}

fn page() -> Loaded {
    let AccountFormDefaults { next, email, refusal } = AccountFormDefaults::of(paths::SIGN_IN)?;
    let has_next = next != Next::default();
    let page = view! {
        <Title text=form_title("Sign in", refusal.as_ref()) />
        <section class="panel panel--narrow">
            <h1>"Sign in"</h1>
            {has_next.then(|| view! { <p class="panel__lead">"Sign in to continue."</p> })}
            <AccountForm purpose=Purpose::SignIn email refusal next=next.as_str().to_owned() />
            <p class="panel__foot">
                "Don't have an account? " <a href=next.after(paths::SIGN_UP)>"Sign up"</a>
            </p>
        </section>
    };
    Ok(page.into_any())
}
