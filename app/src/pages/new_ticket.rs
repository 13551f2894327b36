//! The page for listing a ticket.

use contracts::{Field, RefundWindow};
use leptos::prelude::*;
use leptos_meta::Title;

use super::form_title::form_title;
use super::load::{Loaded, load, signed_in};
use crate::context;
use crate::flash::Flash;
use crate::islands::{TicketForm, TicketFormPurpose};
use crate::{money, paths};

/// Lists a ticket.
#[component]
pub(crate) fn NewTicketPage() -> impl IntoView {
    load(async { page() })
}

fn page() -> Loaded {
    signed_in()?;
    let services = context::services()?;
    let flash = use_context::<Flash>().unwrap_or_default();
    let refusal = flash.refusal(paths::NEW_TICKET);
    let input = |field| {
        flash
            .input(paths::NEW_TICKET, field)
            .unwrap_or_default()
            .to_owned()
    };
    let page = view! {
        <Title text=form_title("Sell a ticket", refusal.as_ref()) />
        <section class="panel">
            <h1>"Sell a ticket"</h1>
            <p class="panel__lead">
                "Your ticket goes on sale straight away. You can edit it until someone reserves it."
            </p>
            <TicketForm
                purpose=TicketFormPurpose::List {
                    form_key: services.ids.next().to_string(),
                }
                title=input(Field::Title)
                price=money::format_input(&input(Field::Price))
                refund_window=RefundWindow::parse(&input(Field::RefundHours)).ok().flatten().unwrap_or_default()
                refusal
            />
        </section>
    };
    Ok(page.into_any())
}
