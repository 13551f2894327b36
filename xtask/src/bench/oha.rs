//! The load generator oha.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use xtask_setup::process;

/// A load generator for one server.
pub(super) struct Load {
    /// The path of oha.
    pub(super) program: PathBuf,
    /// The address of the server.
    pub(super) address: SocketAddr,
    /// How many connections send at once.
    pub(super) clients: u64,
}

/// The bodies of the requests.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    /// The same for every request.
    Same(&'a str),
    /// A random line of this file for each request.
    Lines(&'a Path),
}

/// The responses to a load.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Responses {
    /// Responses per second, of any status.
    pub(super) rate: f64,
    /// The median response time.
    pub(super) p50: Duration,
    /// The 99th percentile of the response times.
    pub(super) p99: Duration,
    /// The 99th percentile of the response times of successes (2xx), zero if there are none.
    pub(super) success_p99: Duration,
    /// The same of all other responses.
    pub(super) failure_p99: Duration,
    /// The longest response time.
    pub(super) slowest: Duration,
    /// The number of responses by status.
    statuses: BTreeMap<String, u64>,
    /// The number of requests without a response, by reason.
    errors: BTreeMap<String, u64>,
}

impl Load {
    /// Requests a path repeatedly for this time, with a header such as `Cookie: a=b`.
    pub(super) fn get(&self, path: &str, header: Option<&str>, time: Duration) -> Result<Responses> {
        let mut oha = self.command();
        if let Some(header) = header {
            oha.args(["-H", header]);
        }
        // Requests that were cut off at the end would count as errors.
        oha.args([
            "-z",
            &format!("{}s", time.as_secs()),
            "--wait-ongoing-requests-after-deadline",
        ]);
        self.run(&mut oha, path)
    }

    /// Posts JSON `count` times: each connection as soon as its last response arrives, or at a rate per second regardless
    /// of the responses.
    pub(super) fn post(
        &self,
        path: &str,
        cookie: &str,
        body: Body<'_>,
        count: u64,
        rate: Option<f64>,
    ) -> Result<Responses> {
        let mut oha = self.command();
        oha.args([
            "-m",
            "POST",
            "-T",
            "application/json",
            "-H",
            &format!("Cookie: {cookie}"),
            "-n",
            &count.to_string(),
        ]);
        match body {
            Body::Same(text) => oha.args(["-d", text]),
            Body::Lines(file) => oha.arg("-Z").arg(file),
        };
        if let Some(rate) = rate {
            // The latency includes the time that a request waits for a connection (no coordinated omission).
            oha.args(["-q", &format!("{rate:.0}"), "--latency-correction"]);
        }
        self.run(&mut oha, path)
    }

    fn command(&self) -> Command {
        let mut oha = Command::new(&self.program);
        oha.args([
            "--no-tui",
            "--output-format",
            "json",
            "--disable-compression",
            "--stats-success-breakdown",
            "-c",
            &self.clients.to_string(),
        ]);
        oha
    }

    fn run(&self, oha: &mut Command, path: &str) -> Result<Responses> {
        let report = process::stdout(oha.arg(format!("http://{}{path}", self.address)))?;
        Responses::parse(&report).context("cannot read the report of oha")
    }
}

impl Responses {
    /// Responses of this status per second.
    #[expect(clippy::cast_precision_loss, reason = "the figure is rounded to a few digits")]
    pub(super) fn rate_of(&self, status: &str) -> f64 {
        let all: u64 = self.statuses.values().sum();
        let these = self.statuses.get(status).copied().unwrap_or_default();
        if all == 0 {
            0.0
        } else {
            self.rate * these as f64 / all as f64
        }
    }

    /// The number of responses of this status.
    pub(super) fn count_of(&self, status: &str) -> u64 {
        self.statuses.get(status).copied().unwrap_or_default()
    }

    /// Fails if a request got no response or another status than these, because the figures would be meaningless.
    pub(super) fn ensure_only(&self, statuses: &[&str]) -> Result<()> {
        let is_sound = self.errors.is_empty()
            && !self.statuses.is_empty()
            && self
                .statuses
                .keys()
                .all(|status| statuses.contains(&status.as_str()));
        ensure!(
            is_sound,
            "expected only {}, but got {:?}, and errors: {:?}",
            statuses.join(" or "),
            self.statuses,
            self.errors
        );
        Ok(())
    }

    fn parse(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report)?;
        let number = |value: &Value, name: &str| value.as_f64().with_context(|| format!("it has no {name}"));
        let seconds = |object: &str, name: &str| -> Result<Duration> {
            let seconds = number(&report[object][name], name)?;
            Duration::try_from_secs_f64(seconds).with_context(|| format!("{name} is not a duration"))
        };
        // A part without a response has no percentiles.
        let p99_of = |part: &str| {
            let seconds = report[part]["p99"].as_f64().unwrap_or_default();
            Duration::try_from_secs_f64(seconds).unwrap_or_default()
        };
        let counts = |name: &str| -> Result<BTreeMap<String, u64>> {
            let map = report[name]
                .as_object()
                .with_context(|| format!("it has no {name}"))?;
            Ok(map
                .iter()
                .map(|(key, count)| (key.clone(), count.as_u64().unwrap_or_default()))
                .collect())
        };
        Ok(Self {
            rate: number(&report["summary"]["requestsPerSec"], "requestsPerSec")?,
            p50: seconds("latencyPercentiles", "p50")?,
            p99: seconds("latencyPercentiles", "p99")?,
            success_p99: p99_of("latencyPercentilesSuccessful"),
            failure_p99: p99_of("latencyPercentilesNotSuccessful"),
            slowest: seconds("summary", "slowest")?,
            statuses: counts("statusCodeDistribution")?,
            errors: counts("errorDistribution")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"summary":{"requestsPerSec":1000.0,"slowest":0.03},"latencyPercentiles":{"p50":0.001,"p99":0.02},
        "latencyPercentilesSuccessful":{"p99":0.01},"latencyPercentilesNotSuccessful":{"p99":null},
        "statusCodeDistribution":{"201":90,"400":10},"errorDistribution":{}}"#;

    #[test]
    fn report_is_read() {
        let responses = Responses::parse(REPORT).unwrap();
        assert_eq!(responses.p99, Duration::from_millis(20));
        assert_eq!(responses.success_p99, Duration::from_millis(10));
        assert_eq!(responses.failure_p99, Duration::ZERO);
        assert_eq!(responses.slowest, Duration::from_millis(30));
        assert_eq!(responses.count_of("400"), 10);
        assert!((responses.rate_of("201") - 900.0).abs() < 1e-9);
        assert!(responses.rate_of("500").abs() < 1e-9);
        assert!(Responses::parse("{}").is_err());
    }

    #[test]
    fn unexpected_status_or_error_is_rejected() {
        let mut responses = Responses::parse(REPORT).unwrap();
        responses.ensure_only(&["201", "400"]).unwrap();
        assert!(responses.ensure_only(&["201"]).is_err());
        responses.errors.insert("connection closed".to_owned(), 1);
        assert!(responses.ensure_only(&["201", "400"]).is_err());
    }
}
