//! Where the metrics are: on an address of their own, and nowhere else.

use reqwest::StatusCode;

use super::exposition::Exposition;
use crate::support::TestServer;
use crate::support::process::Process;

/// A port that was free a moment ago.
fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn public_listener_knows_no_metrics() {
    let server = TestServer::start().await;
    let answer = async |path: &str| {
        let response = server.http.get(server.url(path)).send().await.unwrap();
        let kind = response.headers()["content-type"].clone();
        let (status, page) = (response.status(), response.text().await.unwrap());
        // The rest of a page names its address, a position and a nonce.
        let title = page.split("<title>").nth(1).unwrap_or_default();
        let title = title.split("</title>").next().unwrap_or_default().to_owned();
        assert!(!page.contains("ticketing_"), "{path}");
        (status, kind, title)
    };
    let unknown = answer("/nothing-here").await;
    assert_eq!(unknown.0, StatusCode::NOT_FOUND);
    assert_eq!(answer("/metrics").await, unknown);
    server.finish().await;
}

#[tokio::test]
async fn metrics_have_a_listener_of_their_own_if_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let address = free_address();
    let process = Process::start(folder.path(), &["--metrics-listen", &address]).await;
    let response = reqwest::get(format!("http://{address}/metrics")).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let scraped = Exposition::parse(&response.text().await.unwrap());
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    assert_eq!(scraped.value("ticketing_build_info", &version).to_string(), "1");
    assert!(scraped.value("process_start_time_seconds", &[]) > 1_700_000_000.0);
    assert!(scraped.value("process_resident_memory_bytes", &[]) > 1_000_000.0);
    let task = [("task", "relay:tickets:orders")];
    assert_eq!(scraped.value("ticketing_task_running", &task).to_string(), "1");
    // It serves nothing else, and the public one no metrics.
    for other in ["/", "/livez", "/api/tickets"] {
        let response = reqwest::get(format!("http://{address}{other}")).await.unwrap();
        assert_eq!(response.status(), 404, "{other}");
    }
    let public = reqwest::get(format!("{}/metrics", process.base)).await.unwrap();
    assert_eq!(public.status(), 404);
    process.terminate().await;
}

#[tokio::test]
async fn address_that_is_taken_is_refused_with_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = Process::refused_with(folder.path(), &["--metrics-listen", &address]).await;
    assert!(
        said.contains("cannot listen for metrics") && said.contains("--metrics-listen 127.0.0.1:9464"),
        "{said}"
    );
}
