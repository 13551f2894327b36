//! A REST client with a session of its own.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use contracts::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

use crate::loopback::http_client;

/// The page size of the list of tickets.
const PAGE: usize = 1_000;
/// How long the replication of all listed tickets may take.
const REPLICATION_TIMEOUT: Duration = Duration::from_mins(1);
/// How long one request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// An order, as the REST API shows it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) expires_at: Timestamp,
}

/// The requests of a signed-in user.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
    cookie: String,
}

impl Client {
    /// Signs up a new user.
    pub(crate) fn sign_up(address: SocketAddr, email: &str) -> Result<Self> {
        let agent = http_client(REQUEST_TIMEOUT);
        let base = format!("http://{address}");
        let body = json!({ "email": email, "password": "measured-with-patience" });
        let response = agent
            .post(format!("{base}/api/users/signup"))
            .header("content-type", "application/json")
            .send(body.to_string())?;
        let cookie = response
            .headers()
            .get("set-cookie")
            .and_then(|cookie| cookie.to_str().ok())
            .map(str::to_owned);
        expect(response, 201)?;
        let cookie = cookie.context("the sign-up set no cookie")?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { agent, base, cookie })
    }

    /// The same user at a server that was started again with the same databases.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self {
            base: format!("http://{address}"),
            ..self.clone()
        }
    }

    /// The session, as the value of a `Cookie` header.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Lists a ticket and returns its id.
    pub(crate) fn list_ticket(&self, title: &str) -> Result<String> {
        let response = self.post("/api/tickets", &json!({ "title": title, "price": "25.00" }))?;
        let ticket = expect(response, 201)?;
        Ok(ticket["id"].as_str().context("a ticket has no id")?.to_owned())
    }

    /// The text of a page.
    pub(crate) fn page(&self, path: &str) -> Result<String> {
        let mut response = self.agent.get(format!("{}{path}", self.base)).call()?;
        ensure!(response.status() == 200, "GET {path} got {}", response.status());
        Ok(response.body_mut().read_to_string()?)
    }

    /// Tries to reserve a ticket; false until the orders service has a replica of it.
    pub(crate) fn reserve(&self, ticket: &str) -> Result<bool> {
        let response = self.post("/api/orders", &json!({ "ticketId": ticket }))?;
        if response.status() == 404 {
            return Ok(false);
        }
        expect(response, 201)?;
        Ok(true)
    }

    /// Tries to reserve a ticket; none while another order holds it, and until the orders service has a replica of it.
    pub(crate) fn order(&self, ticket: &str) -> Result<Option<Order>> {
        let response = self.post("/api/orders", &json!({ "ticketId": ticket }))?;
        if [400, 404].contains(&response.status().as_u16()) {
            return Ok(None);
        }
        serde_json::from_value(expect(response, 201)?)
            .map(Some)
            .context("an order does not have the documented form")
    }

    /// Pays for an order and returns the id of the payment; none until the payments service has a replica of the order.
    pub(crate) fn pay(&self, order: &str) -> Result<Option<String>> {
        let response = self.post("/api/payments", &json!({ "orderId": order, "token": "tok_visa" }))?;
        if response.status() == 404 {
            return Ok(None);
        }
        let payment = expect(response, 201)?;
        let id = payment["id"].as_str().context("a payment has no id")?;
        Ok(Some(id.to_owned()))
    }

    /// The order that holds a ticket, according to its public view.
    pub(crate) fn holder(&self, ticket: &str) -> Result<Option<String>> {
        let response = self
            .agent
            .get(format!("{}/api/tickets/{ticket}", self.base))
            .call()?;
        let ticket = expect(response, 200)?;
        Ok(ticket["orderId"].as_str().map(str::to_owned))
    }

    /// Reserves a ticket as soon as possible.
    pub(crate) fn wait_until_orderable(&self, ticket: &str) -> Result<()> {
        let deadline = Instant::now() + REPLICATION_TIMEOUT;
        while !self.reserve(ticket)? {
            ensure!(
                Instant::now() < deadline,
                "ticket {ticket} cannot be ordered after {} s",
                REPLICATION_TIMEOUT.as_secs()
            );
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// The ids of all tickets on sale, oldest first.
    pub(crate) fn all_tickets(&self) -> Result<Vec<String>> {
        let mut ids = Vec::new();
        let mut next = Some(format!("/api/tickets?limit={PAGE}"));
        while let Some(path) = next {
            let mut response = self.agent.get(format!("{}{path}", self.base)).call()?;
            let link = response
                .headers()
                .get("link")
                .and_then(|link| link.to_str().ok())
                .and_then(next_page);
            let tickets: Vec<Value> = serde_json::from_str(&response.body_mut().read_to_string()?)?;
            ids.extend(
                tickets
                    .iter()
                    .filter_map(|ticket| ticket["id"].as_str())
                    .map(str::to_owned),
            );
            next = link;
        }
        Ok(ids)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Response<ureq::Body>> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = request
            .header("content-type", "application/json")
            .header("cookie", &self.cookie);
        request
            .send(body.to_string())
            .with_context(|| format!("POST {path} got no response"))
    }
}

/// Whether a server at this address reports that it is ready.
pub(super) fn is_ready(address: SocketAddr) -> bool {
    http_client(REQUEST_TIMEOUT)
        .get(format!("http://{address}/readyz"))
        .call()
        .is_ok_and(|response| response.status() == 200)
}

fn expect(mut response: Response<ureq::Body>, status: u16) -> Result<Value> {
    let body = response.body_mut().read_to_string()?;
    if response.status() != status {
        bail!(
            "the server responded with {} instead of {status}: {body}",
            response.status()
        );
    }
    serde_json::from_str(&body).context("the server's response is not JSON")
}

/// The path of the next page in a header such as `</api/tickets?after=x>; rel="next"`.
fn next_page(link: &str) -> Option<String> {
    let link = link
        .split(',')
        .find(|link| link.contains("rel=\"next\"") || link.contains("rel=next"))?;
    let target = link.split_once('<')?.1.split_once('>')?.0;
    let path = target
        .strip_prefix("http://")
        .map_or(target, |rest| rest.find('/').map_or(rest, |slash| &rest[slash..]));
    Some(path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_page_is_found_in_the_link_header() {
        assert_eq!(
            next_page("</api/tickets?after=x&limit=2>; rel=\"next\""),
            Some("/api/tickets?after=x&limit=2".to_owned())
        );
        assert_eq!(
            next_page("<http://127.0.0.1:1/a?b>; rel=next"),
            Some("/a?b".to_owned())
        );
        assert_eq!(
            next_page("</first>; rel=\"first\", </later>; rel=\"next\""),
            Some("/later".to_owned())
        );
        assert_eq!(next_page("</first>; rel=\"first\""), None);
    }
}
