//! Everything together: a database with a standby, servers, a balancer, and people.

use std::time::Duration;

use tempfile::TempDir;
use test_support::{Pair, Replication};

use crate::balancer::Balancer;
use crate::load::Load;
use crate::records::Counts;
use crate::servers::Servers;
use crate::verify;

const LIMIT: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(10);

/// Fields are dropped in their order: who depends on another one first.
pub(crate) struct World {
    pub(crate) load: Load,
    _balancer: Balancer,
    pub(crate) servers: Servers,
    pub(crate) database: Pair,
    _folder: TempDir,
}

impl World {
    /// Starts everything, and people begin.
    pub(crate) async fn start(replication: Replication) -> Self {
        let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or(20_260_207);
        println!("SEED={seed}");
        let folder = TempDir::new().unwrap();
        let database = Pair::start(replication);
        let servers = Servers::start(&database.url(), folder.path()).await;
        let balancer = Balancer::start(servers.addresses(), folder.path()).await;
        Self {
            load: Load::start(&balancer.base, seed),
            _balancer: balancer,
            servers,
            database,
            _folder: folder,
        }
    }

    /// Waits until something new was written.
    pub(crate) async fn assert_progress(&mut self) {
        let before = self.load.records.writes();
        let waiting = async {
            while self.load.records.writes() == before {
                self.load.assert_working();
                tokio::time::sleep(PAUSE).await;
            }
        };
        let progress = tokio::time::timeout(LIMIT, waiting).await;
        assert!(progress.is_ok(), "nothing is written any more");
    }

    /// Waits until there are so many more of each kind than there were.
    pub(crate) async fn wait_for_more_than(&mut self, before: Counts, more: usize) {
        let waiting = async {
            while !self.load.records.has_more_than(before, more) {
                self.load.assert_working();
                tokio::time::sleep(PAUSE).await;
            }
        };
        let grown = tokio::time::timeout(LIMIT, waiting).await;
        assert!(grown.is_ok(), "too little in {LIMIT:?}: {}", self.load.records);
    }

    /// Waits until nothing is on its way: no payment, and no event of what became of one.
    pub(crate) async fn wait_until_settled(&self) {
        verify::wait_until_settled(&self.database).await;
        self.servers.wait_until_delivered().await;
    }

    /// Ends the servers, which must end cleanly.
    pub(crate) async fn finish(self) {
        self.servers.terminate().await;
    }
}
