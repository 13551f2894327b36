//! `cargo xtask bench`: how fast, how small. Prints a Markdown table.

mod client;
mod lag;
mod oha;
mod server;
mod table;

use std::fmt::Write as _;
use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use self::client::Client;
use self::oha::Load;
use self::server::Server;
use self::table::{Table, mb, ms, per_second};
use crate::workspace::Workspace;
use crate::{build, process, setup, sizes, tools};

/// How many tickets the list and the landing page show.
const LISTED: u64 = 100;
/// How many tickets are there to reserve. oha draws one at random for every request, so that of
/// [`RESERVATIONS`] requests about one in twelve meets a ticket that was drawn before, and is refused.
const TICKETS: u64 = 50_000;
/// How many requests reserve a ticket.
const RESERVATIONS: u64 = 8_000;
const CLIENTS: u64 = 64;
/// How many tickets are timed from their commit until they can be ordered.
const LAGS: usize = 500;
/// How many starts the median is taken of.
const STARTS: usize = 5;

/// Build a release, put it under load on this machine, and print what it did as a Markdown table.
///
/// The load comes from oha, which is installed the first time, and shares the machine's cores with the server; the
/// databases are in a temporary folder (TMPDIR) and removed afterwards.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long each load that reads goes on.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

/// Runs the subcommand.
///
/// # Errors
/// When the release does not build, the server does not start, or a load got answers that it should not get.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let toolchain = setup::ensure(workspace)?;
    tools::oha().ensure(workspace, &toolchain)?;
    let built = build::release(workspace, &toolchain)?;
    let data = tempfile::tempdir().context("cannot make a temporary folder; is TMPDIR writable?")?;
    let seconds = Duration::from_secs(args.seconds);
    let mut table = Table::default();

    println!("bench: {STARTS} starts");
    let first = Server::start(&built, data.path())?;
    table.row(
        "First start, with new databases, to ready",
        ms(first.ready_after()),
    );
    first.stop()?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(&built, data.path())?;
        starts.push(server.ready_after());
        server.stop()?;
    }
    starts.sort();
    table.row(
        &format!("Cold start to ready (median of {STARTS})"),
        ms(starts[STARTS / 2]),
    );

    let server = Server::start(&built, data.path())?;
    let load = Load {
        program: workspace.bin().join("oha"),
        address: server.address(),
        clients: CLIENTS,
    };
    let seller = Client::sign_up(server.address(), "seller@example.org")?;
    let buyer = Client::sign_up(server.address(), "buyer@example.org")?;
    for number in 0..LISTED {
        seller.list_ticket(&format!("Bench ticket {number}"))?;
    }
    table.row(
        "Resident memory, idle",
        server.resident()?.map_or_else(|| "not known".to_owned(), mb),
    );

    println!("bench: reading, {} s each", args.seconds);
    let list = load.get("/api/tickets", seconds)?;
    list.ensure_only(&["200"])?;
    table.row(
        &format!("GET /api/tickets, {LISTED} tickets"),
        format!("{}, p99 {}", per_second(list.rate), ms(list.p99)),
    );
    let page = load.get("/", seconds)?;
    page.ensure_only(&["200"])?;
    table.row(
        "GET / (landing page, server-rendered)",
        format!("{}, p99 {}", per_second(page.rate), ms(page.p99)),
    );

    println!("bench: {LAGS} tickets from commit to order");
    let lags = lag::measure(&seller, &buyer, LAGS)?;
    table.row(
        "Ticket committed until ordered, the order included",
        format!("p50 {}, p99 {}", ms(lags.p50), ms(lags.p99)),
    );

    println!("bench: listing {TICKETS} tickets");
    let body = r#"{"title":"Bench ticket","price":"25.00"}"#;
    let listing = load.post(
        "/api/tickets",
        seller.cookie(),
        oha::Body::Same(body),
        TICKETS,
        None,
    )?;
    listing.ensure_only(&["201"])?;
    table.row(
        &format!("POST /api/tickets, {CLIENTS} clients"),
        format!("{}, p99 {}", per_second(listing.rate), ms(listing.p99)),
    );

    let tickets = buyer.all_tickets()?;
    ensure!(
        tickets.len() as u64 >= TICKETS,
        "only {} of {TICKETS} tickets are on sale",
        tickets.len()
    );
    let mut bodies = String::new();
    for ticket in &tickets {
        writeln!(bodies, r#"{{"ticketId":"{ticket}"}}"#).context("cannot write to memory")?;
    }
    let lines = data.path().join("orders.jsonl");
    fs::write(&lines, bodies).with_context(|| format!("cannot write {}", lines.display()))?;
    buyer.wait_until_orderable(tickets.last().context("no ticket is on sale")?)?;

    println!("bench: reserving, {CLIENTS} clients");
    let closed = load.post(
        "/api/orders",
        buyer.cookie(),
        oha::Body::Lines(&lines),
        RESERVATIONS,
        None,
    )?;
    // Refused are those that drew a ticket for the second time.
    closed.ensure_only(&["201", "400"])?;
    let reserved = closed.rate_of("201");
    table.row(
        &format!("Reservations, {CLIENTS} clients, distinct tickets, synchronous=FULL"),
        format!("{}, p99 {}", per_second(reserved), ms(closed.p99)),
    );
    let open = load.post(
        "/api/orders",
        buyer.cookie(),
        oha::Body::Lines(&lines),
        RESERVATIONS,
        Some(closed.rate * 0.7),
    )?;
    open.ensure_only(&["201", "400"])?;
    table.row(
        "The same at 70 % of that rate, open loop",
        format!("p50 {}, p99 {}", ms(open.p50), ms(open.p99)),
    );
    table.row(
        "Resident memory, highest under load",
        server
            .highest_resident()?
            .map_or_else(|| "not known".to_owned(), mb),
    );
    server.stop()?;

    for kind in &sizes::KINDS {
        let size = kind.measure(&built.package)?;
        table.row(
            &format!("{} as sent (brotli)", kind.name),
            format!("{:.1} kB", size.sent as f64 / 1000.0),
        );
    }
    println!("\n{}\n\n{}", machine(), table.markdown());
    Ok(ExitCode::SUCCESS)
}

/// The machine that was measured, as a sentence.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split_once(':'));
    let model = model.map_or("unknown processor", |(_, name)| name.trim());
    let oha = tools::oha().version;
    let kernel = process::ask(&mut process::command("uname", &["-sr"])).unwrap_or_default();
    format!(
        "Measured with `cargo xtask bench` on {cores} cores ({model}, {kernel}), oha {oha} on the same cores, loopback."
    )
}
