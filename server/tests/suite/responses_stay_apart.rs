//! Parts of one response never leak into a concurrent one.

use futures::future::join_all;

use crate::support::{FILE, TestServer};

const ROUNDS: usize = 40;
const AT_ONCE: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_keep_their_headers_while_files_are_served() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    server.listed_by(&seller, "Giselle", "20").await;
    let cache_control = async |path: &str| {
        let response = server.http.get(server.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.headers()["cache-control"].to_str().unwrap().to_owned()
    };
    for _ in 0..ROUNDS {
        let pages = join_all((0..AT_ONCE).map(|_| cache_control("/")));
        let files = join_all((0..AT_ONCE).map(|_| cache_control(FILE)));
        let (pages, files) = tokio::join!(pages, files);
        assert_eq!(pages, vec!["private, no-store"; AT_ONCE]);
        assert_eq!(files, vec!["public, max-age=31536000, immutable"; AT_ONCE]);
    }
    server.finish().await;
}
