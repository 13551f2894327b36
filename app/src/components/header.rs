//! The header of every page.

use leptos::either::Either;
use leptos::prelude::*;

use crate::context;
use crate::islands::{Action, ActionForm, ButtonStyle};
use crate::paths;

/// The brand and the navigation, which depends on whether the user is signed in.
#[component]
pub(crate) fn Header() -> impl IntoView {
    let links = if context::session().is_some() {
        Either::Left(view! {
            <NavLink href=paths::NEW_TICKET text="Sell tickets" />
            <NavLink href=paths::MY_TICKETS text="My tickets" />
            <NavLink href=paths::ORDERS text="My orders" />
            <li>
                <ActionForm
                    action=Action::SignOut
                    label="Sign out".to_owned()
                    style=ButtonStyle::NavLink
                    refusal=None
                />
            </li>
        })
    } else {
        Either::Right(view! {
            <NavLink href=paths::SIGN_UP text="Sign up" />
            <NavLink href=paths::SIGN_IN text="Sign in" />
        })
    };
    view! {
        <header class="header">
            <div class="header__inner">
                <a class="brand" href=paths::ON_SALE>
                    <Logo />
                    "Ticketing"
                </a>
                <nav class="nav" aria-label="Main">
                    <ul class="nav__list">{links}</ul>
                </nav>
            </div>
        </header>
    }
}

#[component]
fn NavLink(href: &'static str, text: &'static str) -> impl IntoView {
    let is_here = context::path() == href;
    view! {
        <li>
            <a class="nav__link" href=href aria-current=is_here.then_some("page")>
                {text}
            </a>
        </li>
    }
}

/// The logo: a ticket with its stub.
#[component]
fn Logo() -> impl IntoView {
    view! {
        <svg class="brand__mark" viewBox="0 0 32 24" aria-hidden="true" focusable="false">
            <path
                fill="currentColor"
                d="M3 2h16.5a2.5 2.5 0 0 0 5 0H29a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2h-4.500a2.500 2.500 0 0 0-5 0H3a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zM21.200 7v2.500h1.600V7zm0 4v2.500h1.600V11zm0 4v2.500h1.600V15z"
            />
        </svg>
    }
}
