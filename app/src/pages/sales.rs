//! The page with the user's sales.

use ::orders::{Earnings, Page, Sale, SaleCursor};
use contracts::DisputeStatus;
use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, load, signed_in};
use super::paging::{PAGE_SIZE, after, cards};
use crate::components::{Badge, BadgeKind, EmptyState, SellingNav, TicketCard};
use crate::context;
use crate::islands::{LocalTime, Part};
use crate::messages::ticket_count;
use crate::{money, paths};

/// All sales, newest first, paginated, with the total earnings.
#[component]
pub(crate) fn SalesPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let after: Option<SaleCursor> = after();
    let session = signed_in()?;
    let services = context::services()?;
    let (orders, seller) = (&services.orders, session.user.id);
    let sales = orders.sales_of(seller, after, PAGE_SIZE).await?;
    let has_sold = after.is_some() || !sales.items.is_empty();
    let total = if has_sold {
        let total = total(orders.earnings_of(seller).await?);
        Some(view! { <p class="page-head__count">{total}</p> })
    } else {
        None
    };
    let page = view! {
        <Title text="Sales" />
        <div class="page-head">
            <h1>"Sales"</h1>
            {total}
        </div>
        <SellingNav />
        {list(&sales, after)}
    };
    Ok(page.into_any())
}

fn list(page: &Page<Sale, SaleCursor>, after: Option<SaleCursor>) -> AnyView {
    let empty = view! { <EmptyState text="You haven't sold any tickets yet." href=paths::NEW_TICKET action="Sell a ticket" /> };
    let shown = page.items.iter().map(|sale| card(sale).into_any());
    cards(paths::SALES, shown.collect(), after.is_none(), page.next, empty)
}

/// The total of all sales.
fn total(earnings: Earnings) -> String {
    let earned = money::dollars(earnings.cents);
    format!("{} sold · {earned}", ticket_count(earnings.tickets))
}

fn card(sale: &Sale) -> impl IntoView + use<> {
    let sold_at = sale.sold_at.as_millis();
    let sold = move || view! { "Sold on " <LocalTime at_ms=sold_at part=Part::DateTime /> };
    let (state, detail) = match (sale.refunded_at, sale.dispute) {
        (None, Some(DisputeStatus::Open)) => (
            view! { <Badge kind=BadgeKind::Pending text="Disputed" /> },
            view! {
                {sold()}
                <br />
                "The buyer has disputed the payment with their bank. The bank hasn't decided yet."
            }
            .into_any(),
        ),
        (None, _) => (
            view! { <Badge kind=BadgeKind::Success text="Sold" /> },
            sold().into_any(),
        ),
        (Some(at), Some(DisputeStatus::Lost)) => (
            view! { <Badge kind=BadgeKind::Ended text="Dispute lost" /> },
            view! {
                {sold()}
                <br />
                "The buyer's bank returned the payment to them on "
                <LocalTime at_ms=at.as_millis() part=Part::DateTime />
                ". Their ticket is no longer valid."
            }
            .into_any(),
        ),
        (Some(at), _) => (
            view! { <Badge kind=BadgeKind::Ended text="Refunded" /> },
            view! {
                {sold()}
                <br />
                "Refunded on "
                <LocalTime at_ms=at.as_millis() part=Part::DateTime />
            }
            .into_any(),
        ),
    };
    view! {
        <TicketCard
            href=paths::ticket(sale.ticket)
            title=sale.title.to_string()
            price=sale.price
            detail
            state=state.into_any()
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earnings_are_formatted() {
        let text = |tickets, cents| total(Earnings { tickets, cents });
        assert_eq!(text(0, 0), "0 tickets sold · $0.00");
        assert_eq!(text(1, 1), "1 ticket sold · $0.01");
        assert_eq!(text(2, 100_000_000), "2 tickets sold · $1,000,000.00");
    }
}
