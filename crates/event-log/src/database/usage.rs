//! How much of a database's connections is in use.

use sqlx::SqlitePool;

use super::Database;

/// A pool of connections at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUsage {
    /// What its connections are for: `write`, `request`, `search` or `internal`.
    pub pool: &'static str,
    /// How many are in use.
    pub in_use: usize,
    /// How many there can be. While all are in use, the next request for one waits.
    pub limit: usize,
}

impl PoolUsage {
    fn of(name: &'static str, pool: &SqlitePool) -> Self {
        let open = usize::try_from(pool.size()).unwrap_or(usize::MAX);
        Self {
            pool: name,
            in_use: open.saturating_sub(pool.num_idle()),
            limit: usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX),
        }
    }
}

impl Database {
    /// How much of each pool of connections is in use. It reads counters and waits for nothing.
    #[must_use]
    pub fn pools(&self) -> [PoolUsage; 4] {
        let inner = &self.inner;
        [
            PoolUsage::of("write", &inner.writer),
            PoolUsage::of("request", &inner.reader),
            PoolUsage::of("search", &inner.search_reader),
            PoolUsage::of("internal", &inner.background_reader),
        ]
    }
}
