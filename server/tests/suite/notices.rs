//! Notices that a page shows after a redirect.

use reqwest::header::{COOKIE, SET_COOKIE};

use crate::support::TestServer;

const NOTICE: &str = "Your ticket is on sale.";

#[tokio::test(flavor = "multi_thread")]
async fn prefetched_page_consumes_no_notice() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let form = [("title", "Opera"), ("price", "20"), ("refund_hours", "24")];
    let listed = server.http.post(server.url("/fn/tickets/create"));
    let listed = listed
        .header(COOKIE, &seller.cookie)
        .header("accept", "text/html")
        .form(&form);
    let listed = listed.send().await.unwrap();
    let cookies = listed.headers().get_all(SET_COOKIE).iter();
    let flash = cookies
        .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
        .find(|cookie| cookie.starts_with("ticketing-flash="))
        .expect("no notice was left for the next page")
        .to_owned();
    let page = listed.headers()["location"].to_str().unwrap().to_owned();
    let get = || {
        let request = server.http.get(server.url(&page));
        request.header(COOKIE, format!("{}; {flash}", seller.cookie))
    };

    let look = get().header("x-revalidate", "1").send().await.unwrap();
    let is_kept = look
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .all(|cookie| !cookie.to_str().unwrap().starts_with("ticketing-flash="));
    assert!(is_kept, "{look:?}");
    assert!(!look.text().await.unwrap().contains(NOTICE));

    // The visible page shows it, once.
    let seen = get().send().await.unwrap();
    let is_removed = seen
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .any(|cookie| cookie.to_str().unwrap().starts_with("ticketing-flash=;"));
    assert!(is_removed, "{seen:?}");
    assert!(seen.text().await.unwrap().contains(NOTICE));
    server.finish().await;
}
