//! A large catalogue, and servers that each start with a copy of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::oha::Body;
use super::table::{Table, ms, per_second};
use super::{Bench, CLIENTS, memory, reading};
use crate::digits::grouped;
use crate::local_server::{Client, Server};

/// The databases of a stopped server with many tickets on sale, and its users.
pub(super) struct Stock {
    /// The folder of the server.
    folder: PathBuf,
    seller: Client,
    buyer: Client,
    /// The ids of the tickets.
    pub(super) tickets: Vec<String>,
}

/// A running server with a copy of the stock. Its databases are removed with it.
pub(super) struct Shop {
    pub(super) server: Server,
    pub(super) seller: Client,
    pub(super) buyer: Client,
    _folder: tempfile::TempDir,
}

/// Lists tickets until so many are on sale as the large catalogue has, and measures what depends on it. Stops the server.
///
/// # Errors
/// When a request gets an unexpected response.
pub(super) fn fill(
    bench: &Bench<'_>,
    server: Server,
    seller: Client,
    buyer: Client,
    table: &mut Table,
) -> Result<Stock> {
    println!("bench: listing {} tickets", grouped(bench.tickets));
    let body = Body::Same(r#"{"title":"Bench ticket","price":"25.00"}"#);
    let load = bench.load(server.address());
    let listing = load.post("/api/tickets", seller.cookie(), body, bench.tickets, None)?;
    listing.ensure_only(&["201"])?;
    table.row(
        &format!("POST /api/tickets, {CLIENTS} clients"),
        format!("{}, p99 {}", per_second(listing.rate), ms(listing.p99)),
    );
    let tickets = buyer.all_tickets()?;
    ensure!(
        tickets.len() as u64 >= bench.tickets,
        "only {} of {} tickets are on sale",
        tickets.len(),
        bench.tickets
    );
    let newest = seller.list_ticket("The newest ticket")?;
    buyer.wait_until_orderable(&newest)?;
    reading::measure_large(bench, &server, &buyer, table)?;
    let many = grouped(bench.tickets);
    memory::row(
        table,
        &format!("Resident memory, {many} tickets on sale"),
        server.resident_memory()?,
    );
    server.stop()?;
    let again = Server::start(bench.built, bench.folder, &[])?;
    table.row(
        &format!("Cold start to ready, {many} tickets on sale"),
        ms(again.time_to_ready()),
    );
    memory::row(
        table,
        &format!("Resident memory after that start, {many} tickets on sale"),
        again.resident_memory()?,
    );
    again.stop()?;
    Ok(Stock {
        folder: bench.folder.to_path_buf(),
        seller,
        buyer,
        tickets,
    })
}

impl Stock {
    /// Starts a server with a copy of the databases.
    ///
    /// # Errors
    /// When they cannot be copied, or it does not start.
    pub(super) fn open(&self, bench: &Bench<'_>) -> Result<Shop> {
        let folder = tempfile::tempdir_in(bench.folder).context("cannot make a temporary folder")?;
        copy(&self.folder.join("data"), &folder.path().join("data"))?;
        let server = Server::start(bench.built, folder.path(), &[])?;
        Ok(Shop {
            seller: self.seller.at(server.address()),
            buyer: self.buyer.at(server.address()),
            server,
            _folder: folder,
        })
    }

    /// Writes a file with the request body of an order per line, for every ticket.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn orders(&self, bench: &Bench<'_>) -> Result<PathBuf> {
        lines(bench.folder.join("orders.jsonl"), self.tickets.iter())
    }
}

/// Writes a file with the request body of an order per line.
pub(super) fn lines(file: PathBuf, tickets: impl Iterator<Item = impl std::fmt::Display>) -> Result<PathBuf> {
    let bodies: Vec<String> = tickets
        .map(|ticket| format!("{{\"ticketId\":\"{ticket}\"}}\n"))
        .collect();
    fs::write(&file, bodies.concat()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// Copies the files of a folder, which has no others in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = || {
        fs::create_dir(to)?;
        for file in fs::read_dir(from)? {
            let file = file?;
            fs::copy(file.path(), to.join(file.file_name()))?;
        }
        std::io::Result::Ok(())
    };
    copied().with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ticket_becomes_the_body_of_an_order() {
        let folder = tempfile::tempdir().unwrap();
        let file = lines(folder.path().join("orders"), ["a", "b"].iter()).unwrap();
        assert_eq!(
            fs::read_to_string(file).unwrap(),
            "{\"ticketId\":\"a\"}\n{\"ticketId\":\"b\"}\n"
        );
    }

    #[test]
    fn folder_is_copied_with_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        fs::create_dir(&from).unwrap();
        fs::write(from.join("file"), "content").unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("file")).unwrap(), "content");
    }
}
