//! Memory of the server.

use std::fs;
use std::thread;

use anyhow::{Context, Result, anyhow};

use super::Bench;
use super::table::{Table, mb};
use crate::local_server::{Client, Server};

/// How many people sign up at once.
const PEOPLE: usize = 60;

/// Adds a row of an amount.
pub(super) fn row(table: &mut Table, name: &str, bytes: Option<u64>) {
    table.row(
        name,
        bytes.map_or_else(|| "unknown on this system".to_owned(), mb),
    );
}

/// Many people sign up at once at a new server: the hash of a password needs much memory.
///
/// # Errors
/// When one of them cannot sign up.
pub(super) fn measure_sign_ups(bench: &Bench<'_>, table: &mut Table) -> Result<()> {
    let folder = bench.folder.join("sign-ups");
    fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let server = Server::start(bench.built, &folder, &[])?;
    thread::scope(|scope| {
        let address = server.address();
        let people: Vec<_> = (0..PEOPLE)
            .map(|number| scope.spawn(move || Client::sign_up(address, &format!("p{number}@example.org"))))
            .collect();
        people.into_iter().try_for_each(|person| {
            person
                .join()
                .map_err(|_| anyhow!("signing up panicked"))?
                .map(drop)
        })
    })?;
    row(
        table,
        &format!("Resident memory, peak while {PEOPLE} people sign up at once"),
        server.peak_memory()?,
    );
    server.stop()
}
