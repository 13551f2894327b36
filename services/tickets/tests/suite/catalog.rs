//! The lists in memory, and the database.

use std::time::Duration;

use contracts::events::{HeldTicket, OrderCreated, OrderUpdated};
use contracts::views::TicketView;
use contracts::{OrderId, OrderStatus, Timestamp};
use event_log::sql::unchecked;
use event_log::{DatabaseError, Event, Handler};
use proptest::prelude::*;
use tickets::{OnSaleQuery, Sort, TicketDetails, TicketsError, consumers};

use crate::app::{HOLD, TestApp, append, new_ticket, reserved};

const TITLES: [&str; 4] = ["Concert", "Concert, Town Hall", "Opéra", "東京オペラ 100 %"];

/// Searches, and what the folded title of a match must contain.
const SEARCHES: [(&str, &[&str]); 5] = [
    ("", &[]),
    ("CON", &[" con"]),
    ("hall con", &[" hall", " con"]),
    ("オペラ", &["オヘラ"]),
    ("%", &["%"]),
];

#[derive(Debug, Clone, Copy)]
enum Step {
    /// A ticket is listed, with that title and that price.
    List(usize, i64),
    /// The seller edits that ticket, which may be refused.
    Edit(usize, usize, i64),
    /// A buyer reserves that ticket.
    Reserve(usize),
    /// The order that has that ticket is paid.
    Pay(usize),
    /// The order that has that ticket is cancelled, or refunded.
    Cancel(usize),
    /// A commit fails that would have held that ticket.
    FailToHold(usize),
    /// A third of a hold passes.
    Wait,
    /// The clock is set back by as much.
    SetBack,
    /// The pending events are delivered.
    Sweep,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (ticket, title, cents) = (0_usize..6, 0..TITLES.len(), 1_i64..4);
    let step = prop_oneof![
        3 => (title.clone(), cents.clone()).prop_map(|(title, cents)| Step::List(title, cents)),
        2 => (ticket.clone(), title, cents).prop_map(|(ticket, title, cents)| Step::Edit(ticket, title, cents)),
        3 => ticket.clone().prop_map(Step::Reserve),
        1 => ticket.clone().prop_map(Step::Pay),
        1 => ticket.clone().prop_map(Step::Cancel),
        1 => ticket.prop_map(Step::FailToHold),
        2 => Just(Step::Wait),
        1 => Just(Step::SetBack),
        3 => Just(Step::Sweep),
    ];
    prop::collection::vec(step, 1..30)
}

/// A ticket, and the order that has it: its version, and until when.
struct Listed {
    ticket: TicketDetails,
    order: Option<(OrderId, i64, Timestamp)>,
}

async fn run(steps: Vec<Step>) {
    let app = TestApp::start().await;
    let mut all: Vec<Listed> = Vec::new();
    let delivery = app.delivery();
    for step in steps {
        let wait = HOLD / 3 + Duration::from_millis(1);
        match step {
            Step::List(title, cents) => {
                let ticket = app.ticket(TITLES[title], cents).await;
                all.push(Listed { ticket, order: None });
            }
            Step::Wait => app.world.clock.advance(wait),
            Step::SetBack => {
                app.world.clock.step(-i64::try_from(wait.as_millis()).unwrap());
            }
            Step::Sweep => delivery.deliver_pending().await,
            Step::Edit(index, ..)
            | Step::Reserve(index)
            | Step::Pay(index)
            | Step::Cancel(index)
            | Step::FailToHold(index) => {
                if let Some(listed) = all.get_mut(index) {
                    change(&app, listed, step).await;
                }
            }
        }
        assert_lists_equal_the_database(&app).await;
    }
    delivery.deliver_pending().await;
    assert_lists_equal_the_database(&app).await;
    delivery.leave();
}

async fn change(app: &TestApp, listed: &mut Listed, step: Step) {
    let id = listed.ticket.id;
    match (step, listed.order) {
        (Step::Edit(_, title, cents), _) => {
            let offer = new_ticket(TITLES[title], cents);
            let edited = app.tickets.edit(app.seller.id, id, offer).await;
            assert!(matches!(edited, Ok(_) | Err(TicketsError::Held)));
        }
        (Step::Reserve(_), None) => {
            let order = app.publish_created(&listed.ticket).await;
            listed.order = Some((order, 0, app.world.now().plus(HOLD)));
        }
        (Step::Pay(_), Some((order, 0, until))) => {
            let event = OrderUpdated {
                id: order,
                version: 1,
                status: OrderStatus::Complete,
                user_id: app.seller.id,
                expires_at: until,
                ticket: HeldTicket { id, version: Some(0) },
                payment_id: None,
            };
            append(&app.orders, OrderUpdated::SUBJECT, order, 1, event).await;
            listed.order = Some((order, 1, until));
        }
        (Step::Cancel(_), Some((order, version, _))) => {
            app.publish_cancelled(order, version + 1, id).await;
            listed.order = None;
        }
        (Step::FailToHold(_), _) => fail_to_hold(app, &app.reread(id).await).await,
        _ => {}
    }
}

/// Applies the event of an order in a transaction whose commit fails.
async fn fail_to_hold(app: &TestApp, ticket: &TicketDetails) {
    let order = OrderId::from_uuid(app.world.ids.next());
    let created = OrderCreated {
        id: order,
        version: 0,
        status: OrderStatus::Created,
        user_id: app.seller.id,
        expires_at: app.world.now().plus(HOLD),
        ticket: reserved(ticket.id, ticket.version),
    };
    let event = Event {
        sequence: 1,
        id: app.world.ids.next().to_string(),
        subject: OrderCreated::SUBJECT.to_owned(),
        aggregate_id: order.to_string(),
        aggregate_version: 0,
        occurred_at_ms: app.world.now().as_millis(),
        payload: serde_json::to_string(&created).unwrap(),
    };
    let failed = app.db.write(move |tx| {
        Box::pin(async move {
            // It is rejected if another order holds the ticket.
            let _ = consumers::orders().apply(tx, &event).await;
            // A foreign key that is checked by the commit.
            sqlx::raw_sql(
                "PRAGMA defer_foreign_keys = ON;
                 INSERT INTO reverted_edits VALUES ('nobody', 'T', 1, 0, 'o', 0)",
            )
            .execute(tx.connection().as_sqlite().unwrap())
            .await?;
            Ok::<_, DatabaseError>(())
        })
    });
    assert!(failed.await.unwrap_err().is_constraint_violation());
}

/// Compares every list and count with the query that they stand for.
async fn assert_lists_equal_the_database(app: &TestApp) {
    for sort in Sort::ALL {
        let rows = available(app, sort).await;
        for (search, terms) in SEARCHES {
            let is_match = |folded: &str| terms.iter().all(|term| folded.contains(term));
            let expected: Vec<_> = rows
                .iter()
                .filter(|row| is_match(&row.folded))
                .map(|row| (row.id.clone(), row.version, row.cents))
                .collect();
            assert_eq!(listed(app, search, sort).await, expected, "{search} {sort:?}");
            let count = app.tickets.count_on_sale(Some(search)).await.unwrap();
            assert_eq!(count, u64::try_from(expected.len()).unwrap(), "{search}");
        }
    }
    let reply = app.client.get("/api/tickets").await;
    let sent: Vec<TicketView> = serde_json::from_str(&reply.body).unwrap();
    let sent: Vec<_> = sent
        .into_iter()
        .map(|ticket| (ticket.id.to_string(), ticket.version))
        .collect();
    let expected = available(app, Sort::Oldest)
        .await
        .into_iter()
        .map(|row| (row.id, row.version));
    assert_eq!(sent, expected.collect::<Vec<_>>());
}

struct Row {
    id: String,
    version: i64,
    cents: i64,
    folded: String,
}

async fn available(app: &TestApp, sort: Sort) -> Vec<Row> {
    let query = match sort {
        Sort::Oldest => {
            "SELECT id, version, price_cents, title_folded FROM tickets WHERE free_from <= $1 ORDER BY id"
        }
        Sort::Newest => {
            "SELECT id, version, price_cents, title_folded FROM tickets WHERE free_from <= $1 ORDER BY id DESC"
        }
        Sort::PriceLowest => {
            "SELECT id, version, price_cents, title_folded FROM tickets WHERE free_from <= $1 ORDER BY price_cents, id"
        }
        Sort::PriceHighest => {
            "SELECT id, version, price_cents, title_folded FROM tickets WHERE free_from <= $1 ORDER BY price_cents DESC, id DESC"
        }
    };
    let rows: Vec<(String, i64, i64, String)> = unchecked(query)
        .bind(app.world.now().as_millis())
        .fetch_all(app.db.reader())
        .await
        .unwrap();
    rows.into_iter()
        .map(|(id, version, cents, folded)| Row {
            id,
            version,
            cents,
            folded,
        })
        .collect()
}

/// The whole list, page by page.
async fn listed(app: &TestApp, search: &str, sort: Sort) -> Vec<(String, i64, i64)> {
    let mut query = OnSaleQuery {
        search: Some(search.to_owned()),
        sort,
        after: None,
        limit: 2,
    };
    let mut all = Vec::new();
    loop {
        let page = app.tickets.on_sale(query.clone()).await.unwrap();
        for ticket in page.items {
            assert_eq!(app.reread(ticket.id).await, ticket);
            all.push((ticket.id.to_string(), ticket.version, ticket.price.cents()));
        }
        match page.next {
            Some(next) => query.after = Some(next),
            None => return all,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn lists_in_memory_equal_the_database_after_every_step(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn own_write_is_in_the_very_next_read() {
    let app = TestApp::start().await;
    let sellers: Vec<_> = (0..100)
        .map(|number| {
            let (tickets, seller) = (app.tickets.clone(), app.seller.id);
            tokio::spawn(async move {
                let title = format!("Number {number:03}");
                let ticket = tickets.create(seller, new_ticket(&title, 100)).await.unwrap();
                assert_eq!(tickets.count_on_sale(Some(&title)).await.unwrap(), 1, "{title}");
                let title = format!("Changed {number:03}");
                tickets
                    .edit(seller, ticket.id, new_ticket(&title, 100))
                    .await
                    .unwrap();
                assert_eq!(tickets.count_on_sale(Some(&title)).await.unwrap(), 1, "{title}");
                let found = tickets.find(ticket.id).await.unwrap().unwrap();
                assert_eq!(found.title.as_str(), title);
            })
        })
        .collect();
    for seller in sellers {
        seller.await.unwrap();
    }
    assert_eq!(app.tickets.count_on_sale(None).await.unwrap(), 100);
}

/// Nobody knows whether a commit that fails was one. The rows that it would have changed are read again, and no others.
#[tokio::test]
async fn tickets_of_a_commit_in_doubt_are_read_again() {
    let app = TestApp::start().await;
    let (ticket, other) = (app.ticket("Concert", 100).await, app.ticket("Other", 100).await);
    assert_eq!(app.tickets.count_on_sale(None).await.unwrap(), 2);
    // As if it had been committed after all.
    for id in [ticket.id, other.id] {
        app.write(
            "UPDATE tickets SET title = 'Opera', title_folded = ' opera' WHERE id = $1",
            id.to_string(),
        )
        .await;
    }
    assert_eq!(app.tickets.count_on_sale(Some("opera")).await.unwrap(), 0);
    fail_to_hold(&app, &ticket).await;
    assert_eq!(app.tickets.count_on_sale(Some("opera")).await.unwrap(), 1);
    assert_eq!(app.reread(ticket.id).await.title.as_str(), "Opera");
    app.tickets.load_catalog().await.unwrap();
    assert_eq!(app.tickets.count_on_sale(Some("opera")).await.unwrap(), 2);
}

#[tokio::test]
async fn sold_ticket_is_found_again_after_its_refund() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Opéra", 100).await;
    let order = app.hold(&ticket).await;
    let until = app.world.now().plus(HOLD);
    app.publish_order_updated(order, 1, ticket.id, OrderStatus::Complete, until)
        .await;
    app.world.clock.advance(HOLD);
    assert_eq!(app.tickets.count_on_sale(None).await.unwrap(), 0);
    assert_eq!(app.reread(ticket.id).await.held_by, Some(order));
    app.publish_cancelled(order, 2, ticket.id).await;
    app.delivery().assert_settled().await;
    assert_eq!(app.tickets.count_on_sale(Some("opera")).await.unwrap(), 1);
}

/// It is read in parts, whatever the order of the rows in the file.
#[tokio::test]
async fn all_of_many_tickets_are_loaded() {
    let app = TestApp::start().await;
    let rows = "WITH RECURSIVE n (i) AS (SELECT 4001 UNION ALL SELECT i - 1 FROM n WHERE i > 1)
        INSERT INTO tickets (id, seller_id, title, title_folded, price_cents, version, created_at)
        SELECT printf('01890a5d-ac96-774b-bcce-%012x', i), $1, 'T', 't', 100, 0, 0 FROM n";
    assert_eq!(app.execute(rows, app.seller.id.to_string()).await, 4_001);
    assert_eq!(app.tickets.count_on_sale(None).await.unwrap(), 4_001);
}
