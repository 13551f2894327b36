//! `cargo xtask bench`: throughput, latency, memory and sizes, as a Markdown table.

mod contest;
mod expiry;
mod instructions;
mod lag;
mod machine;
mod memory;
mod oha;
mod overload;
mod paying;
mod processes;
mod reading;
mod readme;
mod reference;
mod rounds;
mod starts;
mod stock;
mod table;
mod writing;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use xtask_setup::Workspace;

use self::oha::Load;
use self::reference::References;
use self::table::Table;
use crate::assets::ASSETS;
use crate::build::{self, Build};
use crate::local_server::{Client, Server};

/// How many connections send concurrently.
const CLIENTS: u64 = 64;
/// How often each load is repeated beside the references.
const ROUNDS: usize = 3;

/// Build a release, load it on this machine, and print the measurements as a Markdown table.
///
/// The load generator is oha, which is installed on the first run and shares the machine's cores with the server. The
/// databases are in a temporary folder (TMPDIR) and removed afterwards. Takes five minutes besides the build.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The duration of each read load, in seconds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// How many tickets are on sale when the large catalogue is measured, and reserved from.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(5_000..=100_000))]
    tickets: u64,
    /// Also measure the systems in the folder `bench` (Express with SQLite, Next.js), in turn with Ticketing in several
    /// rounds, and write the table to README.md. Takes fifteen minutes.
    #[arg(long)]
    beside: bool,
    /// How many rounds of each load; the medians count [default: 3 with --beside, otherwise 1]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=20))]
    rounds: Option<u64>,
    /// Measure the build in this folder (`ticketing`, `hash.txt` and `site`) instead of building a release.
    #[arg(long, value_name = "DIR")]
    built: Option<PathBuf>,
    /// Instead measure so many processes on one PostgreSQL, for each of these numbers, beside one process with SQLite.
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', conflicts_with = "beside",
          value_parser = clap::value_parser!(u64).range(1..=16))]
    processes: Vec<u64>,
    /// Only count the instructions of the hot operations, and compare them with the baseline.
    #[arg(long, conflicts_with_all = ["beside", "built", "processes", "rounds", "seconds", "tickets"])]
    instructions: bool,
    /// Make the counts the baseline of this machine's architecture.
    #[arg(long, requires = "instructions")]
    save: bool,
}

/// What the measurements share.
struct Bench<'a> {
    built: &'a Build,
    /// A temporary folder.
    folder: &'a Path,
    /// The path of oha.
    oha: PathBuf,
    /// The duration of each read load.
    time: Duration,
    /// How often each load is repeated.
    rounds: usize,
    /// The size of the large catalogue.
    tickets: u64,
    references: References,
}

impl Bench<'_> {
    /// A load generator for a server, with as many connections as most measurements have.
    fn load(&self, address: std::net::SocketAddr) -> Load {
        Load {
            program: self.oha.clone(),
            address,
            clients: CLIENTS,
        }
    }
}

/// Runs the subcommand.
///
/// # Errors
/// When the release does not build, the server does not start, or a request gets an unexpected response.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let toolchain = xtask_setup::ensure(workspace)?;
    let built = match &args.built {
        Some(folder) => Build::in_folder(folder)?,
        None => build::release(workspace, &toolchain)?,
    };
    if args.instructions {
        return instructions::run(workspace, &toolchain, &built, args.save);
    }
    xtask_setup::oha().ensure(workspace, &toolchain)?;
    let folder = tempfile::tempdir().context("cannot make a temporary folder; is TMPDIR writable?")?;
    let references = if args.beside {
        References::install(workspace)
    } else {
        References::none()
    };
    let rounds = match args.rounds {
        Some(rounds) => usize::try_from(rounds)?,
        None if args.beside => ROUNDS,
        None => 1,
    };
    let bench = Bench {
        built: &built,
        folder: folder.path(),
        oha: workspace.bin().join("oha"),
        time: Duration::from_secs(args.seconds),
        rounds,
        tickets: args.tickets,
        references,
    };
    if !args.processes.is_empty() {
        let counts: Vec<usize> = args
            .processes
            .iter()
            .map(|count| usize::try_from(*count))
            .collect::<Result<_, _>>()?;
        let table = processes::measure(&bench, &counts)?;
        println!("\n{}\n\n{table}", machine::processes_sentence(&bench));
        return Ok(ExitCode::SUCCESS);
    }
    let table = measure(&bench)?;
    let section = format!(
        "{}\n\n{}",
        machine::sentence(&bench, args.beside),
        table.markdown()
    );
    println!("\n{section}");
    if args.beside {
        readme::write(workspace, &section)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(bench: &Bench<'_>) -> Result<Table> {
    let mut table = Table::default();
    starts::measure(bench.built, bench.folder, &mut table)?;
    let server = Server::start(bench.built, bench.folder, &[])?;
    memory::row(&mut table, "Resident memory, idle", server.resident_memory()?);
    let seller = Client::sign_up(server.address(), "seller@example.org")?;
    let buyer = Client::sign_up(server.address(), "buyer@example.org")?;
    reading::measure_small(bench, &server, &seller, &buyer, &mut table)?;
    lag::measure(&seller, &buyer, &mut table)?;
    let stock = stock::fill(bench, server, seller, buyer, &mut table)?;
    writing::measure(bench, &stock, &mut table)?;
    contest::measure(bench, &stock, &mut table)?;
    overload::measure(bench, &stock, &mut table)?;
    paying::measure(bench, &stock, &mut table)?;
    memory::measure_sign_ups(bench, &mut table)?;
    expiry::measure(bench.built, bench.folder, &mut table)?;
    asset_sizes(bench.built, &mut table)?;
    Ok(table)
}

#[expect(clippy::cast_precision_loss, reason = "the figure is rounded to a few digits")]
fn asset_sizes(built: &Build, table: &mut Table) -> Result<()> {
    for asset in &ASSETS {
        let size = asset.measure(&built.package)?;
        table.row(
            &format!("{} as sent (brotli)", asset.name),
            format!("{:.1} kB", size.sent as f64 / 1000.0),
        );
    }
    Ok(())
}
