//! Load from oha.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process;

/// Where the load comes from and goes to.
pub(super) struct Load {
    /// oha itself.
    pub(super) program: PathBuf,
    /// The server.
    pub(super) address: SocketAddr,
    /// How many connections send at once.
    pub(super) clients: u64,
}

/// What is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    /// Every request the same.
    Same(&'a str),
    /// Every request one of this file's lines, at random.
    Lines(&'a Path),
}

/// What a load was answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answers {
    /// Answers per second, of any status.
    pub(super) rate: f64,
    /// Half of the answers took at most this.
    pub(super) p50: Duration,
    /// All answers but one in a hundred took at most this.
    pub(super) p99: Duration,
    /// How many answers had which status.
    statuses: BTreeMap<String, u64>,
    /// How many requests got no answer, by reason.
    errors: BTreeMap<String, u64>,
}

impl Load {
    /// Requests a page again and again for a while.
    pub(super) fn get(&self, path: &str, time: Duration) -> Result<Answers> {
        let mut oha = self.command();
        // Requests that the end cuts off would count as errors.
        oha.args([
            "-z",
            &format!("{}s", time.as_secs()),
            "--wait-ongoing-requests-after-deadline",
        ]);
        self.run(&mut oha, path)
    }

    /// Posts JSON this many times: as fast as the answers come, or at a rate of so many per second, whatever comes.
    pub(super) fn post(
        &self,
        path: &str,
        cookie: &str,
        body: Body<'_>,
        count: u64,
        rate: Option<f64>,
    ) -> Result<Answers> {
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
            // A request that had to wait for its turn is timed from its turn on.
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
            "-c",
            &self.clients.to_string(),
        ]);
        oha
    }

    fn run(&self, oha: &mut Command, path: &str) -> Result<Answers> {
        let report = process::read(oha.arg(format!("http://{}{path}", self.address)))?;
        Answers::parse(&report).context("oha's report is not as expected")
    }
}

impl Answers {
    /// Answers of this status per second.
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

    /// Refuses to take a figure from a load that got other answers than these, or none to some requests.
    pub(super) fn ensure_only(&self, statuses: &[&str]) -> Result<()> {
        let is_sound = self.errors.is_empty()
            && !self.statuses.is_empty()
            && self
                .statuses
                .keys()
                .all(|status| statuses.contains(&status.as_str()));
        ensure!(
            is_sound,
            "the load should get only {}, but got {:?}, and no answer: {:?}",
            statuses.join(" or "),
            self.statuses,
            self.errors
        );
        Ok(())
    }

    fn parse(report: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(report)?;
        let number = |value: &Value, name: &str| value.as_f64().with_context(|| format!("it has no {name}"));
        let seconds = |name: &str| -> Result<Duration> {
            let seconds = number(&report["latencyPercentiles"][name], name)?;
            Duration::try_from_secs_f64(seconds).with_context(|| format!("{name} is no time"))
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
            p50: seconds("p50")?,
            p99: seconds("p99")?,
            statuses: counts("statusCodeDistribution")?,
            errors: counts("errorDistribution")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"summary":{"requestsPerSec":1000.0},"latencyPercentiles":{"p50":0.001,"p99":0.02},
        "statusCodeDistribution":{"201":90,"400":10},"errorDistribution":{}}"#;

    #[test]
    fn a_report_is_read() {
        let answers = Answers::parse(REPORT).unwrap();
        assert_eq!(answers.p99, Duration::from_millis(20));
        assert!((answers.rate_of("201") - 900.0).abs() < 1e-9);
        assert!(answers.rate_of("500").abs() < 1e-9);
        assert!(Answers::parse("{}").is_err());
    }

    #[test]
    fn answers_that_were_not_expected_spoil_the_figure() {
        let mut answers = Answers::parse(REPORT).unwrap();
        answers.ensure_only(&["201", "400"]).unwrap();
        assert!(answers.ensure_only(&["201"]).is_err());
        answers.errors.insert("connection closed".to_owned(), 1);
        assert!(answers.ensure_only(&["201", "400"]).is_err());
    }
}
