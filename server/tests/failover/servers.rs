//! Servers with the real binary, each at an address that it keeps.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use futures::future::join_all;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::ports::free_address;

const COUNT: usize = 3;
/// By the names of their databases, sorted.
const SERVICES: [&str; 5] = ["auth", "orders", "payments", "test-provider", "tickets"];
const SIGNING_KEY: &str = "YSBrZXkgdGhhdCBpcyBvbmx5IGV2ZXIgdXNlZCBieSB0ZXN0cw==";
const PAUSE: Duration = Duration::from_millis(50);
const TRIES: usize = 2_400;
const LIMIT: Duration = Duration::from_mins(2);

/// The servers behind the balancer.
pub(crate) struct Servers {
    addresses: Vec<SocketAddr>,
    running: Vec<Child>,
    database: String,
    folder: PathBuf,
    /// How many were killed and replaced.
    pub(crate) killed: usize,
}

impl Servers {
    /// Starts them, with their files in this folder.
    pub(crate) async fn start(database: &str, folder: &Path) -> Self {
        let addresses: Vec<_> = (0..COUNT).map(|_| free_address()).collect();
        let starting = addresses.iter().map(|address| serve(*address, database, folder));
        Self {
            running: join_all(starting).await,
            database: database.to_owned(),
            folder: folder.to_path_buf(),
            addresses,
            killed: 0,
        }
    }

    /// Where they are.
    pub(crate) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Kills one of them, each in its turn, and starts another one in its place.
    pub(crate) async fn replace_one(&mut self) {
        let index = self.killed % COUNT;
        self.running[index].kill().await.unwrap();
        self.killed += 1;
        self.running[index] = serve(self.addresses[index], &self.database, &self.folder).await;
    }

    /// Kills them all.
    pub(crate) async fn kill_all(&mut self) {
        for server in &mut self.running {
            server.kill().await.unwrap();
        }
    }

    /// Waits until the relays and workers of each service run at one server, which is what makes them fast.
    pub(crate) async fn wait_until_led_once(&self) {
        let mut leads = Vec::new();
        for _ in 0..TRIES {
            leads.clear();
            for address in &self.addresses {
                let readiness = readiness(*address).await;
                let databases = readiness["databases"].as_array().unwrap();
                let led = databases.iter().filter(|database| database["leads"] == true);
                leads.extend(led.map(|database| database["name"].as_str().unwrap().to_owned()));
            }
            leads.sort();
            if leads == SERVICES {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("the leaders are of {leads:?}, not one of each service");
    }

    /// Waits until every event was delivered to every consumer.
    pub(crate) async fn wait_until_delivered(&self) {
        let mut last = Value::Null;
        for _ in 0..TRIES {
            last = readiness(self.addresses[0]).await;
            let relays = last["relays"].as_array().unwrap();
            let mut waiting = relays
                .iter()
                .flat_map(|relay| [&relay["lag"], &relay["retrying"], &relay["parked"]]);
            if waiting.all(|count| count == 0) {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("events stay undelivered: {last}");
    }

    /// Ends them as a service manager does; each must end cleanly.
    pub(crate) async fn terminate(self) {
        for mut server in self.running {
            let id = server.id().expect("a server has ended").to_string();
            let sent = Command::new("kill").args(["-TERM", &id]).status().await;
            assert!(sent.unwrap().success());
            let ended = tokio::time::timeout(LIMIT, server.wait()).await;
            let status = ended.expect("a server did not stop").unwrap();
            assert!(status.success(), "{status}");
        }
    }
}

/// What a server says of its readiness.
async fn readiness(address: SocketAddr) -> Value {
    let response = reqwest::get(format!("http://{address}/readyz"));
    response.await.unwrap().json().await.unwrap()
}

/// Starts a server and waits until it is ready. Its log goes on where the one before it at this address has ended.
async fn serve(address: SocketAddr, database: &str, folder: &Path) -> Child {
    let site = folder.join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(site.join("pkg/ticketing.css"), "").unwrap();
    let log = folder.join(format!("{}.log", address.port()));
    let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .args(["serve", "--listen", &address.to_string(), "--database", database])
        .args(["--log", "warn", "--test-payment-delay", "200ms", "--data-dir"])
        .arg(folder)
        .env("TICKETING_SIGNING_KEY", SIGNING_KEY)
        // All come from one address, and few people make many orders.
        .env("TICKETING_HOLDS_PER_BUYER", "0")
        .env("TICKETING_CLIENT_RATE", "0")
        .env("LEPTOS_SITE_ROOT", &site)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let reading = async {
        loop {
            let line = lines.next_line().await.unwrap();
            let line = line.expect("the server ended before it was ready");
            if line.starts_with("Ticketing is ready: ") {
                break;
            }
        }
    };
    tokio::time::timeout(LIMIT, reading)
        .await
        .expect("a server does not start");
    // It says nothing more, but could.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    server
}
