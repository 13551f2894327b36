//! Servers of one marketplace.

use anyhow::{Context, Result};
use postgres_cluster::TestDatabase;
use tempfile::TempDir;

use super::super::Bench;
use crate::local_server::{Client, Server};

/// A key that all servers of a measurement have.
const SIGNING_KEY: &str = "YSBrZXkgdGhhdCBpcyBvbmx5IGV2ZXIgdXNlZCB0byBtZWFzdXJl";

/// Running servers and two users, who are at the first of them.
pub(super) struct Shop {
    pub(super) servers: Vec<Server>,
    pub(super) seller: Client,
    pub(super) buyer: Client,
    _folder: TempDir,
}

impl Shop {
    /// One process with SQLite.
    pub(super) fn on_sqlite(bench: &Bench<'_>) -> Result<Self> {
        Self::start(bench, 1, &[])
    }

    /// So many processes on a database.
    pub(super) fn on_postgres(bench: &Bench<'_>, database: &TestDatabase<'_>, count: usize) -> Result<Self> {
        let url = database.url();
        Self::start(bench, count, &["--database", &url, "--signing-key", SIGNING_KEY])
    }

    fn start(bench: &Bench<'_>, count: usize, arguments: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir_in(bench.folder).context("cannot make a temporary folder")?;
        let servers: Vec<Server> = (0..count)
            .map(|_| Server::start(bench.built, folder.path(), arguments))
            .collect::<Result<_>>()?;
        let first = servers.first().context("no server was asked for")?.address();
        Ok(Self {
            seller: Client::sign_up(first, "seller@example.org")?,
            buyer: Client::sign_up(first, "buyer@example.org")?,
            servers,
            _folder: folder,
        })
    }

    /// The buyer at the last of the servers.
    pub(super) fn last_buyer(&self) -> Client {
        match self.servers.last() {
            Some(server) => self.buyer.at(server.address()),
            None => self.buyer.clone(),
        }
    }

    /// Waits until the newest ticket can be ordered at each server: what was listed before can be, too.
    pub(super) fn wait_until_all_are_orderable(&self) -> Result<()> {
        for server in &self.servers {
            let newest = self
                .seller
                .at(server.address())
                .list_ticket("The newest ticket")?;
            self.buyer.at(server.address()).wait_until_orderable(&newest)?;
        }
        Ok(())
    }
}
