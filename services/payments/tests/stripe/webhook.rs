//! Webhooks that localstripe itself signs and delivers.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use contracts::{PaymentFailure, Timestamp};
use event_log::SystemClock;
use payments::provider::Outcome;
use payments::{Provider, WebhookEvent};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::app::{TestApp, WEBHOOK_SECRET};
use crate::localstripe::{DECLINED_CARD, GOOD_CARD};

type Delivered = (HeaderMap, Bytes);

/// An address for webhooks, and the received ones.
async fn listen() -> (String, mpsc::UnboundedReceiver<Delivered>) {
    let (sender, messages) = mpsc::unbounded_channel::<Delivered>();
    let receive =
        async |State(sender): State<mpsc::UnboundedSender<Delivered>>, headers: HeaderMap, body: Bytes| {
            sender.send((headers, body)).unwrap();
        };
    let router = Router::new().route("/", post(receive)).with_state(sender);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, messages)
}

#[tokio::test]
async fn localstripe_webhooks_are_accepted_and_parsed() {
    let app = TestApp::start().await;
    let (url, mut messages) = listen().await;
    app.localstripe.send_messages_to(&url, WEBHOOK_SECRET).await;
    for (card, outcome) in [
        (GOOD_CARD, Outcome::Succeeded),
        (DECLINED_CARD, Outcome::Failed(PaymentFailure::CardDeclined)),
    ] {
        let payment = app.payment(card).await;
        app.provider.charge(&payment).await.unwrap();
        let (headers, body) = messages.recv().await.unwrap();
        // localstripe signs with the time of the machine.
        let now = Timestamp::from_millis(SystemClock::shared().now_ms());
        let Some(WebhookEvent::Payment(update)) = app.provider.parse_webhook(&headers, &body, now).unwrap()
        else {
            panic!("no message about a payment");
        };
        assert_eq!(update.payment, payment.id);
        assert_eq!(update.state.outcome, outcome);
        assert!(update.event_id.starts_with("evt_"));
        let tampered = [&body[..], b" "].concat();
        assert!(app.provider.parse_webhook(&headers, &tampered, now).is_err());
    }
}
