//! The page of what one has sold.

use ::orders::Sale;
use contracts::DisputeStatus;
use leptos::prelude::*;
use leptos_meta::Title;

use super::load::{Loaded, load, services, signed_in};
use crate::components::{Badge, Empty, SellingNav, TicketCard, Tone};
use crate::islands::{LocalTime, Part};
use crate::money;

/// Every sale, the latest first, with what was earned by them.
#[component]
pub(crate) fn SalesPage() -> impl IntoView {
    load(page())
}

async fn page() -> Loaded {
    let session = signed_in()?;
    let services = services()?;
    let sales = services.orders.sales_of(session.user.id).await?;
    let list = if sales.is_empty() {
        view! { <Empty text="You have not sold a ticket yet." href="/tickets/new" action="Sell a ticket" /> }
            .into_any()
    } else {
        let cards = sales.iter().map(|sale| view! { <li>{card(sale)}</li> });
        view! { <ul class="cards">{cards.collect_view()}</ul> }.into_any()
    };
    let total = (!sales.is_empty()).then(|| view! { <p class="page-head__count">{total(&sales)}</p> });
    let page = view! {
        <Title text="Sales" />
        <div class="page-head">
            <h1>"Sales"</h1>
            {total}
        </div>
        <SellingNav />
        {list}
    };
    Ok(page.into_any())
}

/// What was earned: tickets that came back earned nothing.
fn total(sales: &[Sale]) -> String {
    let kept: Vec<&Sale> = sales.iter().filter(|sale| sale.given_back_at.is_none()).collect();
    let earned = money::dollars(kept.iter().map(|sale| sale.price.cents()).sum());
    match kept.len() {
        1 => format!("{earned} earned with 1 ticket"),
        count => format!("{earned} earned with {count} tickets"),
    }
}

fn card(sale: &Sale) -> impl IntoView + use<> {
    let sold_at = sale.sold_at.as_millis();
    let sold = move || view! { "Sold on " <LocalTime at_ms=sold_at part=Part::Moment /> };
    let (state, detail) = match (sale.given_back_at, sale.dispute) {
        (None, Some(DisputeStatus::Open)) => (
            view! { <Badge tone=Tone::Waiting text="Disputed" /> },
            view! {
                {sold()}
                <br />
                "The buyer has disputed the payment with their bank, which has not decided."
            }
            .into_any(),
        ),
        (None, _) => (view! { <Badge tone=Tone::Good text="Sold" /> }, sold().into_any()),
        (Some(at), Some(DisputeStatus::Lost)) => (
            view! { <Badge tone=Tone::Ended text="Lost to a dispute" /> },
            view! {
                {sold()}
                <br />
                "The buyer's bank returned the payment to them on "
                <LocalTime at_ms=at.as_millis() part=Part::Moment />
                ". Their ticket is no longer valid."
            }
            .into_any(),
        ),
        (Some(at), _) => (
            view! { <Badge tone=Tone::Ended text="Given back" /> },
            view! {
                {sold()}
                <br />
                "Given back on "
                <LocalTime at_ms=at.as_millis() part=Part::Moment />
            }
            .into_any(),
        ),
    };
    view! {
        <TicketCard
            href=format!("/tickets/{}", sale.ticket)
            title=sale.title.to_string()
            price=sale.price
            detail
            state=state.into_any()
        />
    }
}

#[cfg(test)]
mod tests {
    use contracts::{OrderId, Price, TicketId, Timestamp, Title};

    use super::*;

    fn sale(cents: i64, is_given_back: bool) -> Sale {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        Sale {
            order: OrderId::parse(id).unwrap(),
            ticket: TicketId::parse(id).unwrap(),
            title: Title::parse("Concert").unwrap(),
            price: Price::from_cents(cents).unwrap(),
            sold_at: Timestamp::from_millis(0),
            given_back_at: is_given_back.then_some(Timestamp::from_millis(1)),
            dispute: None,
        }
    }

    #[test]
    fn what_came_back_earned_nothing() {
        assert_eq!(total(&[sale(2_000, true)]), "$0.00 earned with 0 tickets");
        let sales = [sale(99_999_999, false), sale(1, false), sale(500, true)];
        assert_eq!(total(&sales), "$1,000,000.00 earned with 2 tickets");
        assert_eq!(total(&sales[1..]), "$0.01 earned with 1 ticket");
    }
}
