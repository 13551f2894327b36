//! The real binary as a process of its own, that a test can kill.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A key that tests sign tokens with, too.
pub const SIGNING_KEY: &str = "YSBrZXkgdGhhdCBpcyBvbmx5IGV2ZXIgdXNlZCBieSB0ZXN0cw==";

const DELIVERY_TRIES: usize = 600;
const DELIVERY_PAUSE: Duration = Duration::from_millis(50);

pub struct Process {
    pub base: String,
    child: Child,
}

impl Process {
    /// Starts `ticketing serve` on a free port and waits until it says that it is ready.
    pub async fn start(data_dir: &Path, arguments: &[&str]) -> Self {
        let site = data_dir.join("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        std::fs::write(site.join("pkg/ticketing.css"), "").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ticketing"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--data-dir"])
            .arg(data_dir)
            .args(arguments)
            .env("TICKETING_SIGNING_KEY", SIGNING_KEY)
            .env("LEPTOS_SITE_ROOT", &site)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let base = loop {
            let line = lines
                .next_line()
                .await
                .unwrap()
                .expect("the server ended before it was ready");
            if let Some(base) = line.strip_prefix("Ticketing is ready: ") {
                break base.to_owned();
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { base, child }
    }

    /// Where it listens, as `127.0.0.1:41234`.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// Waits until every event was heard wherever it is heard.
    pub async fn wait_until_delivered(&self) {
        let mut last = Value::Null;
        for _ in 0..DELIVERY_TRIES {
            last = reqwest::get(format!("{}/readyz", self.base))
                .await
                .unwrap()
                .json()
                .await
                .unwrap();
            let relays = last["relays"].as_array().unwrap();
            let waiting = relays
                .iter()
                .flat_map(|relay| [&relay["lag"], &relay["retrying"], &relay["parked"]]);
            if waiting.into_iter().all(|count| count == 0) {
                return;
            }
            tokio::time::sleep(DELIVERY_PAUSE).await;
        }
        panic!("events stay undelivered: {last}");
    }

    /// SIGKILL: no destructor runs, nothing is flushed.
    pub async fn kill(mut self) {
        self.child.start_kill().unwrap();
        self.child.wait().await.unwrap();
    }

    /// SIGTERM, as a service manager sends it; the exit must be clean.
    pub async fn terminate(mut self) {
        let id = self.child.id().expect("the server runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(sent.success());
        let ended = tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await;
        let status = ended.expect("the server did not stop").unwrap();
        assert!(status.success(), "{status}");
    }
}
