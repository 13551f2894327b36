//! The page for signing in.

use leptos::prelude::*;
use leptos_meta::Title;

use super::account::{Beginning, title};
use super::load::{Loaded, load};
use crate::islands::{AccountForm, Purpose};
use crate::next::Next;

const PATH: &str = "/auth/signin";

/// Signs in to an account.
#[component]
pub(crate) fn SignInPage() -> impl IntoView {
    load(async { page() })
}

fn page() -> Loaded {
    let Beginning { next, email, refusal } = Beginning::of(PATH)?;
    let is_on_the_way = next != Next::default();
    let page = view! {
        <Title text=title("Sign in", refusal.as_ref()) />
        <section class="panel panel--narrow">
            <h1>"Sign in"</h1>
            {is_on_the_way.then(|| view! { <p class="panel__lead">"Sign in to continue."</p> })}
            <AccountForm purpose=Purpose::SignIn email refusal next=next.as_str().to_owned() />
            <p class="panel__foot">
                "Don't have an account? " <a href=next.after("/auth/signup")>"Sign up"</a>
            </p>
        </section>
    };
    Ok(page.into_any())
}
