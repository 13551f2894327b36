//! Executes the hot operations of the marketplace, each a fixed number of times, for `cargo xtask bench --instructions`,
//! which runs this program under callgrind and divides what each took by that number.
//!
//! Everything is as in the server but what depends on time: the real router, the real services and databases, but a
//! stopped clock, the same ids in every run, one thread for all requests, and no background tasks. Events are delivered by
//! hand. So the counts of two runs differ by a hundredth or two.
#![expect(
    clippy::print_stdout,
    reason = "the names of the operations go to the program that counts"
)]

mod marketplace;
mod operations;
mod section;
mod visitor;

use std::time::Duration;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Starting another thread takes as many instructions as reading a file.
        .max_blocking_threads(1)
        .thread_keep_alive(Duration::from_hours(1))
        .build()
        .context("no async runtime")?;
    let folder = tempfile::tempdir().context("cannot make a temporary folder; is TMPDIR writable?")?;
    runtime.block_on(operations::execute(folder.path()))
}
