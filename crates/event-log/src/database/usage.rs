//! How much of a database's connections is in use.

use sqlx::Pool as SqlxPool;

use super::Database;
use crate::sql::{Pool, Pools};

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
    fn of(pool: &'static str, (in_use, limit): (usize, usize)) -> Self {
        Self { pool, in_use, limit }
    }
}

/// How many connections of a pool are in use, and how many there can be.
pub(super) fn of_pool<DB: sqlx::Database>(pool: &SqlxPool<DB>) -> (usize, usize) {
    let open = usize::try_from(pool.size()).unwrap_or(usize::MAX);
    let limit = usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX);
    (open.saturating_sub(pool.num_idle()), limit)
}

fn of_readers(pool: &Pool) -> (usize, usize) {
    match &pool.0 {
        Pools::Sqlite(pool) => of_pool(pool),
        Pools::Postgres(pool) => of_pool(pool),
    }
}

impl Database {
    /// How much of each pool of connections is in use. It reads counters and waits for nothing.
    #[must_use]
    pub fn pools(&self) -> [PoolUsage; 4] {
        let inner = &self.inner;
        [
            PoolUsage::of("write", inner.backend.writer_usage()),
            PoolUsage::of("request", of_readers(&inner.reader)),
            PoolUsage::of("search", of_readers(&inner.search_reader)),
            PoolUsage::of("internal", of_readers(&inner.background_reader)),
        ]
    }
}
