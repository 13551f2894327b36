use contracts::{OrderId, Price, RefundWindow, Title, UserId};
use proptest::prelude::*;

use super::*;
use crate::domain::Hold;
use crate::fold::{folded_title, search_terms};
use crate::search::{Cursor, OnSaleQuery, Sort};

const TITLES: [&str; 5] = ["Concert", "Concert, Town Hall", "Opéra", "東京オペラ", "100 %"];
const SEARCHES: [&str; 6] = ["", "con", "hall con", "オペラ", "%", "opera x"];

/// A few tickets, in states that follow from a few numbers.
#[expect(clippy::option_option, reason = "held or not, and with a deadline or without")]
fn ticket(number: u8, price: i64, title: usize, hold: Option<Option<i64>>) -> Ticket {
    let id = |kind: u8| format!("01890a5d-ac96-774b-bcce-b3020{kind}9a80{number:02x}");
    Ticket {
        id: TicketId::parse(&id(1)).unwrap(),
        title: Title::parse(TITLES[title]).unwrap(),
        price: Price::from_cents(price).unwrap(),
        refund_window: RefundWindow::default(),
        seller: UserId::parse(&id(2)).unwrap(),
        version: 0,
        offer_version: 0,
        hold: hold.map(|until| Hold {
            order_id: OrderId::parse(&id(3)).unwrap(),
            until: until.map(Timestamp::from_millis),
        }),
        created_at: Timestamp::from_millis(0),
    }
}

#[derive(Debug, Clone)]
enum Step {
    Put(Ticket),
    Remove(TicketId),
    /// To any instant: clocks are set back, too.
    MoveTo(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let hold = prop_oneof![
        Just(None),
        Just(Some(None)),
        (0_i64..20).prop_map(|until| Some(Some(until)))
    ];
    let tickets = (0_u8..8, 1_i64..4, 0..TITLES.len(), hold)
        .prop_map(|(number, price, title, hold)| ticket(number, price, title, hold));
    let step = prop_oneof![
        4 => tickets.clone().prop_map(Step::Put),
        1 => tickets.prop_map(|ticket| Step::Remove(ticket.id)),
        2 => (0_i64..20).prop_map(Step::MoveTo),
    ];
    prop::collection::vec(step, 1..40)
}

/// What the catalog must list: every ticket, looked at one by one.
fn expected(model: &BTreeMap<TicketId, Ticket>, now: Timestamp, search: &str, sort: Sort) -> Vec<TicketId> {
    let terms = search_terms(Some(search));
    let is_match = |ticket: &&Ticket| {
        let folded = folded_title(ticket.title.as_str());
        terms.iter().all(|term| folded.contains(term.as_str()))
    };
    let available = model.values().filter(|ticket| ticket.is_available(now));
    let mut listed: Vec<_> = available.filter(is_match).collect();
    listed.sort_by_key(|ticket| match sort {
        Sort::Oldest | Sort::Newest => (None, ticket.id),
        Sort::PriceLowest | Sort::PriceHighest => (Some(ticket.price), ticket.id),
    });
    if matches!(sort, Sort::Newest | Sort::PriceHighest) {
        listed.reverse();
    }
    listed.into_iter().map(|ticket| ticket.id).collect()
}

/// What the catalog lists, page by page.
fn listed(catalog: &Catalog, search: &str, sort: Sort, limit: u32) -> Vec<TicketId> {
    let terms = search_terms(Some(search));
    let matches = (!terms.is_empty()).then(|| catalog.search(&terms));
    let mut after: Option<Cursor> = None;
    let mut all = Vec::new();
    loop {
        let query = OnSaleQuery {
            search: None,
            sort,
            after,
            limit,
        };
        let page = catalog.page(&query, matches.as_ref());
        all.extend(page.items.iter().map(|ticket| ticket.id));
        let Some(next) = page.next else {
            let count = u64::try_from(all.len()).unwrap();
            assert_eq!(catalog.count(matches.as_ref()), count, "{search} {sort:?}");
            return all;
        };
        after = Some(next);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn catalog_lists_what_a_look_at_every_ticket_finds(steps in steps()) {
        let (mut catalog, mut model) = (Catalog::default(), BTreeMap::new());
        let mut now = Timestamp::from_millis(0);
        catalog.move_to(now);
        for step in steps {
            let generation = catalog.generation();
            let before = listed(&catalog, "", Sort::Oldest, 3);
            match step {
                Step::Put(ticket) => {
                    let folded = folded_title(ticket.title.as_str());
                    catalog.put(ticket.clone(), folded.into());
                    model.insert(ticket.id, ticket);
                }
                Step::Remove(id) => {
                    catalog.remove(id);
                    model.remove(&id);
                }
                Step::MoveTo(millis) => now = Timestamp::from_millis(millis),
            }
            // As every reader does.
            if !catalog.is_at(now) {
                catalog.move_to(now);
            }
            for sort in Sort::ALL {
                for search in SEARCHES {
                    let expected = expected(&model, now, search, sort);
                    prop_assert_eq!(listed(&catalog, search, sort, 2), expected, "{} {:?}", search, sort);
                }
            }
            if catalog.generation() == generation {
                prop_assert_eq!(listed(&catalog, "", Sort::Oldest, 3), before);
            }
            for ticket in model.values() {
                let is_sold = ticket.hold.is_some_and(|hold| hold.until.is_none());
                prop_assert_eq!(catalog.find(ticket.id), (!is_sold).then_some(ticket));
            }
        }
    }
}

#[test]
fn cursor_without_a_price_begins_a_list_by_price() {
    let mut catalog = Catalog::default();
    for number in 0..3 {
        catalog.put(ticket(number, 1, 0, None), "".into());
    }
    catalog.move_to(Timestamp::from_millis(0));
    for sort in [Sort::PriceLowest, Sort::PriceHighest] {
        let query = OnSaleQuery {
            sort,
            after: Some(ticket(1, 1, 0, None).id.into()),
            ..OnSaleQuery::default()
        };
        assert_eq!(catalog.page(&query, None).items.len(), 3);
    }
}
