//! The page for opening an account.

use leptos::prelude::*;
use leptos_meta::Title;

use super::account::{Beginning, title};
use super::load::{Loaded, load};
use crate::islands::{AccountForm, Purpose};

const PATH: &str = "/auth/signup";

/// Opens an account.
#[component]
pub(crate) fn SignUpPage() -> impl IntoView {
    load(async { page() })
}

fn page() -> Loaded {
    let Beginning { next, email, refusal } = Beginning::of(PATH)?;
    let page = view! {
        <Title text=title("Sign up", refusal.as_ref()) />
        <section class="panel panel--narrow">
            <h1>"Sign up"</h1>
            <AccountForm purpose=Purpose::SignUp email refusal next=next.as_str().to_owned() />
            <p class="panel__foot">
                "Already have an account? " <a href=next.after("/auth/signin")>"Sign in"</a>
            </p>
        </section>
    };
    Ok(page.into_any())
}
