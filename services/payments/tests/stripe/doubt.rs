//! Inconclusive responses: the request may have been executed.

use payments::Provider;
use payments::provider::Outcome;
use serde_json::json;
use test_support::World;

use crate::app::{provider, token_payment};
use crate::localstripe::SECRET_KEY;
use crate::recorder::Recorder;

#[tokio::test]
async fn only_an_explained_rejection_is_final() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let body = json!({ "error": { "type": "api_error", "message": SECRET_KEY } });
    let undecided = [401, 403, 409, 424, 429, 500, 502, 503];
    for status in undecided {
        recorder.respond(status, &body);
        let payment = token_payment(&world, "pm_card");
        let error = provider(&recorder.base).charge(&payment).await.unwrap_err();
        assert!(error.0.contains("Stripe"), "{status}: {error}");
        assert!(!error.0.contains(SECRET_KEY), "{status}: {error}");
    }
    let reused = json!({ "error": { "type": "idempotency_error", "message": "Other parameters" } });
    recorder.respond(400, &reused);
    recorder.answer_text(400, "<html>a proxy has no answer</html>");
    recorder.answer_text(404, "");
    recorder.answer_text(200, "<html>a proxy says hello</html>");
    for _ in 0..4 {
        let payment = token_payment(&world, "pm_card");
        assert!(provider(&recorder.base).charge(&payment).await.is_err());
    }
    assert_eq!(recorder.requests().len(), undecided.len() + 4);
}

#[tokio::test]
async fn unknown_status_is_undecided() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let tomorrow = json!({ "id": "pi_1", "created": 1, "status": "a_status_of_tomorrow", "metadata": null });
    recorder.respond(200, &tomorrow);
    let payment = token_payment(&world, "pm_card");
    let answer = provider(&recorder.base).charge(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Processing);
    assert_eq!(answer.reference.as_deref(), Some("pi_1"));
}

#[tokio::test]
async fn unreachable_provider_leaves_the_payment_undecided() {
    let world = World::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let payment = token_payment(&world, "pm_card");
    let error = provider(&base).charge(&payment).await.unwrap_err();
    assert!(error.0.contains("could not be reached"), "{error}");
}
