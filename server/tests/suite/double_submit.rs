//! Without JavaScript nothing keeps a browser from sending a form twice: it has one effect, and both responses lead to it.

use contracts::TicketId;
use reqwest::{Response, StatusCode, header};
use tokio::join;

use crate::support::{Person, TestServer};

/// Sends a form like a browser without JavaScript.
async fn send(server: &TestServer, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Response {
    server
        .http
        .post(server.url(path))
        .header(header::COOKIE, cookie)
        .header(header::ACCEPT, "text/html")
        .form(fields)
        .send()
        .await
        .unwrap()
}

/// The target of a redirect.
fn leads_to(response: &Response) -> String {
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

/// Keys from the page for listing tickets, a new one each time it is rendered.
const KEYS: [&str; 2] = [
    "01a21e48-3280-71e0-86d1-9242761b3597",
    "01a21e48-32c1-74dc-9c31-88fa0b28fc4c",
];

async fn list(server: &TestServer, seller: &Person, key: &str, title: &str) -> String {
    leads_to(&send_listing(server, seller, key, title).await)
}

async fn send_listing(server: &TestServer, seller: &Person, key: &str, title: &str) -> Response {
    let fields = [
        ("form_key", key),
        ("ticket_id", ""),
        ("title", title),
        ("price", "12.50"),
        ("refund_hours", "24"),
    ];
    send(server, &seller.cookie, "/fn/tickets/create", &fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn listing_a_ticket_twice_with_one_form_lists_one() {
    let server = TestServer::start().await;
    let (seller, other) = (server.person("seller"), server.person("other"));
    let [key, another] = KEYS;
    let twice = || list(&server, &seller, key, "Opera");
    let (first, second, third) = join!(twice(), twice(), twice());
    assert!(
        first.starts_with("/tickets/0") && first == second && second == third,
        "{first}"
    );
    assert_eq!(twice().await, first, "later, too");
    assert_eq!(seller.listings().await.len(), 1);

    // Another key or another user is another form; without a key there is no protection.
    list(&server, &seller, another, "Opera").await;
    list(&server, &other, key, "Opera").await;
    list(&server, &seller, "", "Opera").await;
    list(&server, &seller, "", "Opera").await;
    assert_eq!(seller.listings().await.len(), 5);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_a_form_and_sending_it_again_lists_no_second_ticket() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let [key, _] = KEYS;
    let first = list(&server, &seller, key, "Opera").await;
    let second = send_listing(&server, &seller, key, "Operetta").await;
    assert_eq!(leads_to(&second), first);
    assert_eq!(seller.listings().await.len(), 1);

    // The page of the ticket says that it is the earlier one.
    let flash = second.headers()[header::SET_COOKIE].to_str().unwrap();
    let flash = flash.split(';').next().unwrap();
    let page = server.http.get(server.url(&first));
    let page = page.header(header::COOKIE, format!("{}; {flash}", seller.cookie));
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("This ticket was already listed"), "{page}");
    assert!(page.contains("Opera") && !page.contains("Operetta"), "{page}");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_form_can_be_corrected() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let [key, _] = KEYS;
    assert_eq!(list(&server, &seller, key, " ").await, "/tickets/new");
    let listed = list(&server, &seller, key, "Opera").await;
    assert!(listed.starts_with("/tickets/0"), "{listed}");
    server.finish().await;
}

async fn reserve(server: &TestServer, person: &Person, ticket: TicketId) -> String {
    let ticket = ticket.to_string();
    let fields = [("ticket_id", ticket.as_str()), ("ticket_version", "0")];
    leads_to(&send(server, &person.cookie, "/fn/orders/reserve", &fields).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn buyer_who_holds_the_ticket_is_redirected_to_the_order() {
    let server = TestServer::start().await;
    let (seller, buyer, other) = (
        server.person("seller"),
        server.person("buyer"),
        server.person("other"),
    );
    let ticket = server.listed_by(&seller, "Opera", "12.50").await;
    let twice = || reserve(&server, &buyer, ticket);
    let (first, second) = join!(twice(), twice());
    assert!(
        first.starts_with("/orders/0") && first == second,
        "{first} {second}"
    );
    assert_eq!(twice().await, first, "later, too");
    // Other users get an error, and so does a REST request of the buyer.
    assert_eq!(
        reserve(&server, &other, ticket).await,
        format!("/tickets/{ticket}")
    );
    assert_eq!(buyer.try_reserve(ticket).await.status(), StatusCode::BAD_REQUEST);

    let order = first.trim_start_matches("/orders/").parse().unwrap();
    assert_eq!(buyer.cancel(order).await, StatusCode::NO_CONTENT);
    let again = twice().await;
    assert!(again.starts_with("/orders/0") && again != first, "{again}");
    // An expired reservation is not redirected to: the button makes a new one.
    server.advance(crate::support::HOLD);
    let buyer_later = server.person("somebody-else");
    let taken = reserve(&server, &buyer_later, ticket).await;
    assert!(taken.starts_with("/orders/0"), "{taken}");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_twice_with_one_form_signs_in() {
    let server = TestServer::start().await;
    let sign_up = async |email: &str, password: &str| {
        let fields = [("email", email), ("password", password), ("next", "/orders")];
        send(&server, "", "/fn/auth/signup", &fields).await
    };
    let twice = || sign_up("ada@example.com", "a fine password");
    let (first, second) = join!(twice(), twice());
    for response in [first, second, sign_up("ADA@example.com", "a fine password").await] {
        assert_eq!(leads_to(&response), "/orders");
        let cookies = response.headers().get_all(header::SET_COOKIE).iter();
        let has_session = cookies
            .filter_map(|cookie| cookie.to_str().ok())
            .any(|cookie| cookie.starts_with("ticketing-session="));
        assert!(has_session, "{response:?}");
    }
    // A client without the password learns nothing more.
    let refused = sign_up("ada@example.com", "another password").await;
    assert_eq!(leads_to(&refused), "/auth/signup?next=/orders");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paying_twice_with_one_form_makes_one_payment() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Opera", "12.50").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let id = order.id.to_string();
    let pay = || async {
        let fields = [
            ("order_id", id.as_str()),
            ("card_number", "4242 4242 4242 4242"),
            ("card_expiry", "12/30"),
            ("card_code", "123"),
        ];
        leads_to(&send(&server, &buyer.cookie, "/fn/payments/pay", &fields).await)
    };
    let (first, second) = join!(pay(), pay());
    let page = format!("/orders/{id}");
    assert_eq!([first, second, pay().await], [page.clone(), page.clone(), page]);
    let payments = server.marketplace.payments.of_order(order.id).await.unwrap();
    assert_eq!(payments.len(), 1);
    server.finish().await;
}
