//! The page for putting a ticket on sale.

use contracts::{Field, RefundWindow};
use leptos::prelude::*;
use leptos_meta::Title;

use super::account::title;
use super::load::{Loaded, load, services, signed_in};
use crate::flash::Flash;
use crate::islands::TicketForm;
use crate::money;

const PATH: &str = "/tickets/new";

/// Puts a ticket on sale.
#[component]
pub(crate) fn NewTicketPage() -> impl IntoView {
    load(async { page() })
}

fn page() -> Loaded {
    signed_in()?;
    let services = services()?;
    let flash = use_context::<Flash>().unwrap_or_default();
    let refusal = flash.refusal(PATH);
    let typed = |field| flash.typed(PATH, field).unwrap_or_default().to_owned();
    let page = view! {
        <Title text=title("Sell a ticket", refusal.as_ref()) />
        <section class="panel">
            <h1>"Sell a ticket"</h1>
            <p class="panel__lead">
                "Your ticket goes on sale straight away. You can edit it until someone reserves it."
            </p>
            <TicketForm
                action="/fn/tickets/create".to_owned()
                ticket_id=String::new()
                form_key=services.ids.next().to_string()
                title=typed(Field::Title)
                price=money::settle(&typed(Field::Price))
                refund=RefundWindow::parse(&typed(Field::RefundHours)).ok().flatten().unwrap_or_default()
                refusal
                label="List ticket".to_owned()
            />
        </section>
    };
    Ok(page.into_any())
}
