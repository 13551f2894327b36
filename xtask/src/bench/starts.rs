//! The time from the start of the process until it is ready.

use std::path::Path;

use anyhow::Result;

use super::table::{Table, ms};
use crate::build::Build;
use crate::local_server::Server;

/// How many starts the median is taken of.
const STARTS: usize = 5;

/// Starts a server with new databases, then several times with the same databases.
pub(super) fn measure(built: &Build, folder: &Path, table: &mut Table) -> Result<()> {
    let first = Server::start(built, folder, &[])?;
    table.row(
        "First start to ready, databases created",
        ms(first.time_to_ready()),
    );
    first.stop()?;
    let mut starts = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let server = Server::start(built, folder, &[])?;
        starts.push(server.time_to_ready());
        server.stop()?;
    }
    starts.sort();
    table.row(
        &format!("Cold start to ready (median of {STARTS})"),
        ms(starts[STARTS / 2]),
    );
    Ok(())
}
