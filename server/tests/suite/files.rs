//! The files of the site, as a cache between the server and its clients sees them.

use reqwest::Response;
use reqwest::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_MODIFIED_SINCE, LAST_MODIFIED, RANGE, VARY};

use crate::support::TestServer;

const FILE: &str = "/pkg/there.txt";

async fn ask(server: &TestServer, headers: &[(&str, &str)]) -> Response {
    let mut request = server.http.get(server.url(FILE));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

/// The headers that matter to a cache.
fn caching(response: &Response) -> Vec<Vec<String>> {
    let values = |name| {
        let values = response.headers().get_all(name).iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect()
    };
    [CACHE_CONTROL, VARY, ETAG].into_iter().map(values).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn cache_keeps_the_compressions_of_a_file_apart() {
    let server = TestServer::start().await;
    let compressed = server.folder().join("site").join(FILE.trim_start_matches('/'));
    std::fs::write(compressed.with_extension("txt.br"), "not really Brotli").unwrap();
    let plain = ask(&server, &[]).await;
    let brotli = ask(&server, &[("accept-encoding", "br")]).await;
    assert_eq!(brotli.headers()[CONTENT_ENCODING], "br");
    assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    let expected = [
        vec!["public, max-age=31536000, immutable".to_owned()],
        vec!["accept-encoding".to_owned()],
        vec![],
    ];
    assert_eq!(
        (&caching(&plain)[..], &caching(&brotli)[..]),
        (&expected[..], &expected[..])
    );

    let modified = plain.headers()[LAST_MODIFIED].to_str().unwrap().to_owned();
    for encoding in ["br", "identity"] {
        let headers = [
            ("accept-encoding", encoding),
            (IF_MODIFIED_SINCE.as_str(), modified.as_str()),
        ];
        let unchanged = ask(&server, &headers).await;
        assert_eq!(unchanged.status(), 304);
        assert_eq!(caching(&unchanged), expected, "as with its 200: {encoding}");
    }
    let part = ask(&server, &[(RANGE.as_str(), "bytes=0-3")]).await;
    assert_eq!((part.status().as_u16(), caching(&part)), (206, expected.to_vec()));
    assert_eq!(part.text().await.unwrap(), "a fi");
    server.finish().await;
}
