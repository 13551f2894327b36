//! Several servers on one PostgreSQL: what happens at one is known at the others, and what must happen once happens once.

mod member;
mod once;
mod seen_elsewhere;
mod takeover;

use futures::future::join_all;
use tempfile::TempDir;
use test_support::{Cluster, TestDatabase};

use crate::support::process::Process;
use member::Member;

/// Servers on one database.
struct Servers {
    running: Vec<Process>,
    database: TestDatabase<'static>,
    folder: TempDir,
}

impl Servers {
    /// Starts them all at once: one of them creates the schemas.
    async fn start(count: usize) -> Self {
        let database = Cluster::shared().database();
        let folder = tempfile::tempdir().unwrap();
        let starting = (0..count).map(|_| start(&database, &folder));
        Self {
            running: join_all(starting).await,
            database,
            folder,
        }
    }

    fn base(&self, index: usize) -> &str {
        &self.running[index].base
    }

    /// Kills a server with SIGKILL.
    async fn kill(&mut self, index: usize) {
        self.running.remove(index).kill().await;
    }

    /// Starts another one.
    async fn add(&mut self) {
        self.running.push(start(&self.database, &self.folder).await);
    }

    /// The services whose relays and workers run at each server.
    async fn leaders(&self) -> Vec<Vec<String>> {
        let asked = self.running.iter().map(|server| async {
            let readiness = server.readiness().await;
            let databases = readiness["databases"].as_array().unwrap();
            let led = databases.iter().filter(|database| database["leads"] == true);
            led.map(|database| database["name"].as_str().unwrap().to_owned())
                .collect()
        });
        join_all(asked).await
    }

    async fn finish(self) {
        if let Some(first) = self.running.first() {
            first.wait_until_delivered().await;
        }
        for server in self.running {
            server.terminate().await;
        }
    }
}

async fn start(database: &TestDatabase<'_>, folder: &TempDir) -> Process {
    let arguments = ["--database", &database.url(), "--test-payment-delay", "200ms"];
    Process::start(folder.path(), &arguments).await
}
