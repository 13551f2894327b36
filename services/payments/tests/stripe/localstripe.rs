//! localstripe, as a separate process of a test.

use std::process::Stdio;

use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The key of the account; localstripe takes any.
pub(crate) const SECRET_KEY: &str = "sk_test_0123456789abcdef";

/// Cards with a special behavior at localstripe, as at Stripe.
pub(crate) const GOOD_CARD: &str = "4242424242424242";
pub(crate) const DECLINED_CARD: &str = "4000000000000341";
pub(crate) const AUTHENTICATED_CARD: &str = "4000002500003155";

/// A running localstripe, ended with the test.
pub(crate) struct Localstripe {
    pub(crate) base: String,
    http: Client,
    _child: Child,
}

impl Localstripe {
    /// Starts it on a free port and waits until it listens.
    pub(crate) async fn start() -> Self {
        let Ok(python) = std::env::var("TICKETING_LOCALSTRIPE") else {
            panic!(
                "these tests talk to localstripe: run `cargo xtask test`, which installs it; or \
                 `cargo xtask setup --tests`, then set TICKETING_LOCALSTRIPE to the bin/python of the folder it names"
            )
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stripe/localstripe.py");
        let mut child = Command::new(&python)
            .args(["-I", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("TICKETING_LOCALSTRIPE is {python:?}, which does not start: {error}")
            });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next_line().await.unwrap();
        let port = port.expect("localstripe ended before it listened; its own message is above");
        Self {
            base: format!("http://127.0.0.1:{port}"),
            http: Client::new(),
            _child: child,
        }
    }

    /// Stripe's script in a browser turns a card into a payment method.
    pub(crate) async fn payment_method(&self, number: &str) -> String {
        let fields = [
            ("type", "card"),
            ("card[number]", number),
            ("card[exp_month]", "12"),
            ("card[exp_year]", "2040"),
            ("card[cvc]", "123"),
        ];
        let request = self.http.post(format!("{}/v1/payment_methods", self.base));
        let made = json(request.form(&fields)).await;
        made["id"].as_str().unwrap().to_owned()
    }

    /// Reads an object or a list.
    pub(crate) async fn get(&self, path: &str) -> Value {
        json(self.http.get(format!("{}{path}", self.base))).await
    }

    /// The length of a list.
    pub(crate) async fn count(&self, path: &str) -> usize {
        let list = self.get(&format!("{path}?limit=100")).await;
        list["data"].as_array().unwrap().len()
    }

    /// Sends webhooks to an address, signed with a secret.
    pub(crate) async fn send_messages_to(&self, url: &str, secret: &str) {
        let request = self.http.post(format!("{}/_config/webhooks/tests", self.base));
        let reply = request.form(&[("url", url), ("secret", secret)]).send().await;
        assert!(reply.unwrap().status().is_success());
    }
}

async fn json(request: RequestBuilder) -> Value {
    let reply = request.bearer_auth(SECRET_KEY).send().await.unwrap();
    assert!(reply.status().is_success(), "{reply:?}");
    reply.json().await.unwrap()
}
