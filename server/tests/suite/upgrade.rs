//! A data directory of an older release is opened, migrated and used. It was made by that release with
//! `ticketing serve --demo`; see `fixtures/README.md`.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use contracts::OrderStatus;
use contracts::views::{OrderView, TicketView};
use event_log::{Clock, SystemClock};
use flate2::read::GzDecoder;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::support::client;
use crate::support::command::run;
use crate::support::process::Process;

/// The data directories made by older releases.
const RELEASES: [&str; 1] = ["0.1.0"];

/// A copy of the data directory of a release.
fn folder_of(release: &str) -> TempDir {
    let packed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(release);
    let folder = TempDir::new().unwrap();
    for entry in packed.read_dir().unwrap() {
        let packed = entry.unwrap().path();
        let unpacked = folder.path().join(packed.file_stem().unwrap());
        let mut content = GzDecoder::new(File::open(packed).unwrap());
        std::io::copy(&mut content, &mut File::create(unpacked).unwrap()).unwrap();
    }
    folder
}

async fn query_number(folder: &Path, database: &str, query: &'static str) -> i64 {
    let file = folder.join(database).with_extension("sqlite");
    let options = SqliteConnectOptions::new().filename(file);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let number = sqlx::query_scalar(query).fetch_one(&mut connection).await;
    connection.close().await.unwrap();
    number.unwrap()
}

/// A demo user, who signs in after the upgrade.
struct Member {
    base: String,
    http: reqwest::Client,
    cookie: String,
}

impl Member {
    async fn sign_in(server: &Process, email: &str, password: &str) -> Self {
        let http = client(reqwest::redirect::Policy::none());
        let base = server.base.clone();
        let credentials = json!({ "email": email, "password": password });
        let request = http.post(format!("{base}/api/users/signin")).json(&credentials);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { base, http, cookie }
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> T {
        let request = self.http.get(format!("{}{path}", self.base));
        let response = request.header("cookie", &self.cookie).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        request.header("cookie", &self.cookie).send().await.unwrap()
    }

    /// Buys a ticket and waits until it is theirs.
    async fn buy(&self, ticket: &TicketView) -> OrderView {
        let reserved = self.post("/api/orders", &json!({ "ticketId": ticket.id })).await;
        assert_eq!(reserved.status(), StatusCode::CREATED);
        let order: OrderView = reserved.json().await.unwrap();
        let payment = json!({ "orderId": order.id, "token": "tok_visa" });
        // The payments service learns of an order a moment later.
        while self.post("/api/payments", &payment).await.status() == StatusCode::NOT_FOUND {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        loop {
            let order: OrderView = self.get(&format!("/api/orders/{}", order.id)).await;
            if order.status == OrderStatus::Complete {
                return order;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn folder_of_an_earlier_release_is_usable() {
    for release in RELEASES {
        let folder = folder_of(release);
        let server = Process::start(folder.path(), &[]).await;
        let grace = Member::sign_in(&server, "grace@example.com", "demo: nanosecond wire").await;
        let orders: Vec<OrderView> = grace.get("/api/orders").await;
        let complete = orders
            .iter()
            .filter(|order| order.status == OrderStatus::Complete);
        assert_eq!((orders.len(), complete.count()), (3, 1), "{orders:?}");
        let on_sale: Vec<TicketView> = grace.get("/api/tickets").await;
        let bought = grace.buy(&on_sale[0]).await;
        server.wait_until_delivered().await;
        server.terminate().await;

        let findings = server::check::check(folder.path(), SystemClock.now_ms())
            .await
            .unwrap()
            .findings;
        let broken: Vec<_> = findings.iter().filter(|finding| !finding.holds()).collect();
        assert!(broken.is_empty(), "{broken:?}");
        let server = Process::start(folder.path(), &[]).await;
        let grace = Member::sign_in(&server, "grace@example.com", "demo: nanosecond wire").await;
        let kept: OrderView = grace.get(&format!("/api/orders/{}", bought.id)).await;
        assert_eq!(kept.status, OrderStatus::Complete);
        server.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn seen_versions_and_waiting_events_are_migrated() {
    for release in RELEASES {
        let folder = folder_of(release);
        let seen = [
            ("orders", "SELECT count(*) FROM payments_heard"),
            ("tickets", "SELECT count(*) FROM orders_heard"),
        ];
        let mut counts = Vec::new();
        for (database, query) in seen {
            counts.push(query_number(folder.path(), database, query).await);
        }
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
        let file = folder.path().join("orders.sqlite");
        let mut orders = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file))
            .await
            .unwrap();
        let event = "
            INSERT INTO aside_aggregates VALUES ('tickets', 'a', 5, 0, 1, 'a gap', 0);
            INSERT INTO aside_events SELECT 'tickets', 'a', sequence, id, subject, 7, occurred_at, '{\"lost\":1}' FROM events LIMIT 1";
        sqlx::raw_sql(event).execute(&mut orders).await.unwrap();
        orders.close().await.unwrap();

        let listed = run(&["events"], folder.path());
        let text = String::from_utf8(listed.stdout).unwrap();
        assert!(
            text.contains("after 5 attempts: a gap") && text.contains("{\"lost\":1}"),
            "{text}"
        );
        for ((database, _), before) in seen.into_iter().zip(counts) {
            let after = query_number(folder.path(), database, "SELECT count(*) FROM seen_versions").await;
            assert_eq!(after, before, "{database}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_of_an_earlier_release_is_restored() {
    for release in RELEASES {
        let (backup, folder) = (folder_of(release), TempDir::new().unwrap());
        let restored = run(&["restore", backup.path().to_str().unwrap()], folder.path());
        assert!(restored.status.success(), "{restored:?}");
        let text = String::from_utf8(restored.stdout).unwrap();
        assert!(text.contains("All files are intact"), "{text}");
    }
}
