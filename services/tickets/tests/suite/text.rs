//! Text in different Unicode forms: search, titles, and rows written by older releases.

use contracts::views::TicketView;

use crate::app::TestApp;

async fn found(app: &TestApp, search: &str) -> Vec<String> {
    let query = form_urlencoded(search);
    let reply = app.client.get(&format!("/api/tickets?q={query}")).await;
    assert_eq!(reply.status, 200, "{search}: {}", reply.body);
    let tickets: Vec<TicketView> = serde_json::from_str(&reply.body).unwrap();
    let count = app.tickets.count_on_sale(Some(search)).await.unwrap();
    assert_eq!(count, tickets.len() as u64, "{search}");
    tickets
        .into_iter()
        .map(|ticket| ticket.title.to_string())
        .collect()
}

fn form_urlencoded(text: &str) -> String {
    text.bytes()
        .flat_map(|byte| ["%".to_owned(), format!("{byte:02x}")])
        .collect()
}

#[tokio::test]
async fn search_matches_normalized_titles_and_words_in_any_order() {
    let app = TestApp::start().await;
    let titles = [
        "Cafe\u{301} Müller",
        "Opéra",
        "Concert, Town Hall",
        "Straße 1",
        "東京オペラ",
    ];
    for title in titles {
        app.ticket(title, 100).await;
    }
    let table = [
        ("Café", "Cafe\u{301} Müller"),
        ("cafe mull", "Cafe\u{301} Müller"),
        ("opera", "Opéra"),
        ("ＯＰＥＲＡ", "Opéra"),
        ("hall concert", "Concert, Town Hall"),
        ("hall\u{a0}con", "Concert, Town Hall"),
        ("hall, town! concert", "Concert, Town Hall"),
        ("1 STRASSE", "Straße 1"),
        ("オペラ", "東京オペラ"),
    ];
    for (search, title) in table {
        assert_eq!(found(&app, search).await, [title], "{search}");
    }
    for search in ["pera", "hall opera", "own", "concert hall east"] {
        assert_eq!(found(&app, search).await, [""; 0], "{search}");
    }
    assert_eq!(found(&app, " \u{3000}").await, titles);
}

#[tokio::test]
async fn title_must_be_visible_and_has_no_bidi_controls() {
    let app = TestApp::start().await;
    let send = async |title: &str| {
        let body = serde_json::json!({ "title": title, "price": 20 }).to_string();
        app.seller().post("/api/tickets", &body).await
    };
    for unseen in ["\u{3164}", "\u{2800}", "\u{200b}\u{feff}", "\u{202e}", "\u{301}"] {
        let reply = send(unseen).await;
        assert_eq!(reply.status, 400, "{unseen:?}");
        assert!(reply.body.contains("Title is required"), "{}", reply.body);
    }
    let reply = send("\u{202e}trecnoC\u{202c} 👩\u{200d}🎤 e\u{301}").await;
    assert_eq!(reply.status, 201);
    let ticket: TicketView = serde_json::from_str(&reply.body).unwrap();
    // Otherwise it is returned as it was sent.
    assert_eq!(ticket.title.as_str(), "trecnoC 👩\u{200d}🎤 e\u{301}");
    let path = format!("/api/tickets/{}", ticket.id);
    let edited = app
        .seller()
        .put(&path, "{\"title\":\"\u{2800}\",\"price\":20}")
        .await;
    assert_eq!(edited.status, 400, "{}", edited.body);
}

#[tokio::test]
async fn rows_of_an_earlier_release_are_refolded_once_and_resumed() {
    let app = TestApp::start().await;
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501)
        INSERT INTO tickets (id, seller_id, title, title_folded, price_cents, version, created_at)
        SELECT printf('01890a5d-ac96-774b-bcce-%012x', i), $1, 'Opéra ' || i, 'opéra ' || i, 100, 0, 0 FROM n";
    assert_eq!(app.execute(rows, app.seller.id.to_string()).await, 501);
    let count = async |search| app.tickets.count_on_sale(Some(search)).await.unwrap();
    assert_eq!(count("opera").await, 0);
    assert_eq!(app.tickets.refold_titles().await.unwrap(), 501);
    assert_eq!((count("opera").await, count("499 opera").await), (501, 1));
    assert_eq!(app.tickets.refold_titles().await.unwrap(), 0);

    // It was interrupted after the 400th.
    let broken_off = "UPDATE title_fold SET folded_up_to = $1 WHERE id = 1";
    let four_hundredth = format!("01890a5d-ac96-774b-bcce-{:012x}", 400);
    assert_eq!(app.execute(broken_off, four_hundredth).await, 1);
    assert_eq!(app.tickets.refold_titles().await.unwrap(), 101);

    // A later release folds in another way.
    let of_before = "UPDATE title_fold SET version = version + $1 WHERE id = 1";
    assert_eq!(app.execute(of_before, "1".to_owned()).await, 1);
    assert_eq!(app.tickets.refold_titles().await.unwrap(), 501);
}

/// Titles in older rows and events are still read, even if they would be refused now.
#[tokio::test]
async fn title_of_an_earlier_release_is_still_shown() {
    let app = TestApp::start().await;
    let ticket = app.ticket("\u{3164}", 100).await;
    assert_eq!(app.reread(ticket.id).await.title.as_str(), "\u{3164}");
    assert_eq!(app.client.get("/api/tickets").await.status, 200);
}
