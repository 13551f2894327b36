//! Optional fields: malformed input is never treated as missing.

use contracts::RefundWindow;

use crate::app::TestApp;

const REFUSED: &str = "Refund time must be a whole number of hours from 0 to 720";

/// The refund hours in a body, and the resulting value; `None` for a refusal.
const SAID: [(&str, Option<u16>); 15] = [
    ("", Some(24)),
    (r#","refundHours":null"#, Some(24)),
    (r#","refundHours":0"#, Some(0)),
    (r#","refundHours":48"#, Some(48)),
    (r#","refundHours":"48""#, Some(48)),
    (r#","refundHours":false"#, None),
    (r#","refundHours":true"#, None),
    (r#","refundHours":"""#, None),
    (r#","refundHours":" ""#, None),
    (r#","refundHours":[]"#, None),
    (r#","refundHours":{}"#, None),
    (r#","refundHours":[48]"#, None),
    (r#","refundHours":-1"#, None),
    (r#","refundHours":1e999999999"#, None),
    (r#","refundHours":"never""#, None),
];

fn body(said: &str) -> String {
    format!(r#"{{"title":"Concert","price":20{said}}}"#)
}

#[tokio::test]
async fn refund_hours_of_a_new_ticket_are_a_number_or_the_default() {
    let app = TestApp::start().await;
    for (said, hours) in SAID {
        let reply = app.seller().post("/api/tickets", &body(said)).await;
        let Some(hours) = hours else {
            assert_eq!(reply.status, 400, "{said}: {}", reply.body);
            assert!(reply.body.contains(REFUSED), "{said}: {}", reply.body);
            continue;
        };
        assert_eq!(reply.status, 201, "{said}: {}", reply.body);
        let field = format!(r#""refundHours":{hours}"#);
        assert!(reply.body.contains(&field), "{said}: {}", reply.body);
    }
}

#[tokio::test]
async fn edit_without_refund_hours_keeps_them() {
    let app = TestApp::start().await;
    for (said, hours) in SAID {
        let ticket = app.ticket("Concert", 2_000).await;
        let path = format!("/api/tickets/{}", ticket.id);
        let never = body(r#","refundHours":0"#);
        assert_eq!(app.seller().put(&path, &never).await.status, 200);
        let reply = app.seller().put(&path, &body(said)).await;
        let after = app.reread(ticket.id).await;
        let is_absent = said.is_empty() || said.contains("null");
        let expected = if is_absent { 0 } else { hours.unwrap_or(0) };
        assert_eq!(RefundWindow::hours(after.refund_window), expected, "{said}");
        assert_eq!(reply.status, if hours.is_some() { 200 } else { 400 }, "{said}");
        // The offer is the same, so a buyer who saw the previous version has seen this offer.
        if is_absent {
            assert_eq!((after.version, after.offer_version), (2, 1), "{said}");
        }
    }
}

#[tokio::test]
async fn empty_parameter_counts_as_absent() {
    let app = TestApp::start().await;
    app.ticket("Concert", 2_000).await;
    let all = app.client.get("/api/tickets").await;
    for query in [
        "?q=&limit=&after=",
        "?q&limit&after",
        "?",
        "?limit=&q=concert&after=",
    ] {
        let reply = app.client.get(&format!("/api/tickets{query}")).await;
        assert_eq!((reply.status, &reply.body), (all.status, &all.body), "{query}");
    }
}
