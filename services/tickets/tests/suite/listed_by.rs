//! A seller's own tickets.

use tickets::{Availability, Cursor};

use crate::app::{HOLD, TestApp, new_ticket};

#[tokio::test]
async fn seller_lists_own_tickets_with_their_state() {
    let app = TestApp::start().await;
    app.ticket("Free", 100).await;
    let held = app.ticket("Held", 100).await;
    let sold = app.ticket("Sold", 100).await;
    app.hold(&held).await;
    app.hold(&sold).await;
    app.sell(&sold).await;
    let deadline = app.world.now().plus(HOLD);
    let states = async || {
        let mine = app.tickets.listed_by(app.seller.id, None, 24).await.unwrap();
        mine.items
            .iter()
            .map(|ticket| (ticket.title.to_string(), ticket.availability))
            .collect::<Vec<_>>()
    };
    let row = |title: &str, state| (title.to_owned(), state);
    let expected = [
        row("Sold", Availability::Sold),
        row("Held", Availability::Held(deadline)),
        row("Free", Availability::OnSale),
    ];
    assert_eq!(states().await, expected);
    app.world.clock.advance(HOLD);
    let expected = [
        row("Sold", Availability::Sold),
        row("Held", Availability::OnSale),
        row("Free", Availability::OnSale),
    ];
    assert_eq!(states().await, expected);
    let of_another = app
        .tickets
        .listed_by(app.world.user().id, None, 24)
        .await
        .unwrap();
    assert_eq!(of_another.items, []);
}

#[tokio::test]
async fn paging_through_own_tickets_returns_each_once() {
    let app = TestApp::start().await;
    let mut listed = Vec::new();
    for number in 1..=5 {
        listed.push(app.ticket(&format!("Nr. {number}"), 100).await.id);
    }
    // Tickets of another seller are among them.
    app.tickets
        .create(app.world.user().id, new_ticket("Not mine", 100))
        .await
        .unwrap();
    listed.push(app.ticket("Nr. 6", 100).await.id);
    let (mut seen, mut sizes, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        let page = app.tickets.listed_by(app.seller.id, after, 2).await.unwrap();
        sizes.push(page.items.len());
        seen.extend(page.items.iter().map(|ticket| ticket.id));
        // Tickets listed in the meantime belong before the first page, and move nothing.
        app.ticket("Later", 100).await;
        if page.next.is_none() {
            break;
        }
        after = seen.last().copied();
        assert_eq!(page.next, after.map(Cursor::from));
    }
    listed.reverse();
    assert_eq!((seen, sizes), (listed, vec![2, 2, 2]));
}

#[tokio::test]
async fn page_of_own_tickets_is_bounded() {
    let app = TestApp::start().await;
    // Rows as this service writes them, all in one statement.
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
        INSERT INTO tickets (id, seller_id, title, title_folded, price_cents, version, created_at)
        SELECT printf('01890a5d-ac96-774b-bcce-%012x', i), $1, 'T', 't', 100, 0, 0 FROM n";
    assert_eq!(app.execute(rows, app.seller.id.to_string()).await, 1_001);
    for (limit, size) in [(0, 1), (1, 1), (u32::MAX, 1_000)] {
        let page = app.tickets.listed_by(app.seller.id, None, limit).await.unwrap();
        assert_eq!((page.items.len(), page.next.is_some()), (size, true), "{limit}");
    }
}
