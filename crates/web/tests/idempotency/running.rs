//! A second request while the first one still runs.

use futures::future::join_all;

use crate::app::{TestApp, send};

const IN_USE: &str = r#"{"errors":[{"message":"A request with this Idempotency-Key is still running, try again in a moment"}]}"#;

#[tokio::test]
async fn concurrent_request_with_the_same_key_gets_409() {
    let app = TestApp::start().await;
    let closed = app.gate.acquire_many(1_000).await.unwrap();
    let first = app.post("key", "{}");
    let meanwhile = async {
        app.arrived.acquire().await.unwrap().forget();
        for body in ["{}", "{ }"] {
            let second = app.post("key", body).await;
            assert_eq!((second.status, second.body.as_str()), (409, IN_USE));
        }
        assert_eq!(app.effects().await, 0);
        drop(closed);
    };
    let (first, ()) = tokio::join!(first, meanwhile);
    assert_eq!(first.status, 201);
    assert_eq!(app.post("key", "{}").await, first.replayed(), "a 409 is not kept");
    assert_eq!(app.effects().await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_concurrent_equal_requests_has_an_effect() {
    const REQUESTS: usize = 50;
    let app = TestApp::start().await;
    let requests = (0..REQUESTS).map(|_| {
        let (router, cookie) = (app.router.clone(), app.cookie.clone());
        tokio::spawn(async move {
            let headers = [("idempotency-key", "key"), ("cookie", &*cookie)];
            send(router, "/things", &headers, "{}").await
        })
    });
    let answers: Vec<_> = join_all(requests).await.into_iter().map(Result::unwrap).collect();
    let carried_out: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201 && !answer.is_replay)
        .collect();
    assert_eq!(carried_out.len(), 1, "{answers:?}");
    for answer in &answers {
        let is_replay = answer.is_replay && answer.body == carried_out[0].body;
        assert!(
            answer == carried_out[0] || is_replay || answer.status == 409,
            "{answer:?}"
        );
    }
    assert_eq!(app.effects().await, 1);
}

#[tokio::test]
async fn request_keeps_running_after_the_client_disconnects() {
    let app = TestApp::start().await;
    let closed = app.gate.acquire_many(1_000).await.unwrap();
    tokio::select! {
        _ = app.post("key", "{}") => unreachable!("the gate is closed"),
        arrived = app.arrived.acquire() => arrived.unwrap().forget(),
    }
    // The connection is gone; the request is not.
    assert_eq!(app.post("key", "{}").await.status, 409);
    drop(closed);
    let replay = loop {
        let answer = app.post("key", "{}").await;
        if answer.status != 409 {
            break answer;
        }
        tokio::task::yield_now().await;
    };
    assert!(replay.status == 201 && replay.is_replay, "{replay:?}");
    assert_eq!(app.effects().await, 1);
}

/// Marks are in memory, so two processes do not see each other's. The primary key of the table lets one effect through.
#[tokio::test]
async fn concurrent_request_in_another_process_has_no_second_effect() {
    let app = TestApp::start().await;
    let replies = at_once_in_two_processes(&app, "{}").await;
    assert_eq!(replies, (201, 201));
    assert_eq!(app.effects().await, 1);
}

#[tokio::test]
async fn refusal_by_another_process_is_replayed() {
    let app = TestApp::start().await;
    let replies = at_once_in_two_processes(&app, "{\"refuse\":400}").await;
    assert_eq!(replies, (400, 400));
}

/// Both have started before one gets a response; they return the same reply, and one of them replays it.
async fn at_once_in_two_processes(app: &TestApp, body: &str) -> (u16, u16) {
    let closed = app.gate.acquire_many(1_000).await.unwrap();
    let headers = app.keyed("key");
    let here = send(app.router.clone(), "/things", &headers, body);
    let there = send(app.other_process(), "/things", &headers, body);
    let both_have_begun = async {
        app.arrived.acquire_many(2).await.unwrap().forget();
        drop(closed);
    };
    let (here, there, ()) = tokio::join!(here, there, both_have_begun);
    assert_eq!(here.body, there.body);
    assert!(here.is_replay != there.is_replay, "{here:?} {there:?}");
    (here.status, there.status)
}
