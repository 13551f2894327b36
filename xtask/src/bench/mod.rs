//! `cargo xtask bench`: throughput, latency, memory and sizes, as a Markdown table.

mod expiry;
mod lag;
mod oha;
mod paying;
mod reading;
mod starts;
mod table;
mod writing;

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use xtask_setup::{Workspace, process};

use self::oha::Load;
use self::table::{Table, mb};
use crate::assets::ASSETS;
use crate::build::{self, Build};
use crate::local_server::{Client, Server};

/// How many connections send concurrently.
const CLIENTS: u64 = 64;

/// Build a release, load it on this machine, and print the measurements as a Markdown table.
///
/// The load generator is oha, which is installed on the first run and shares the machine's cores with the server. The
/// databases are in a temporary folder (TMPDIR) and removed afterwards. Takes five minutes besides the build.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The duration of each read load, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
}

/// Runs the subcommand.
///
/// # Errors
/// When the release does not build, the server does not start, or a request gets an unexpected response.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let toolchain = xtask_setup::ensure(workspace)?;
    xtask_setup::oha().ensure(workspace, &toolchain)?;
    let built = build::release(workspace, &toolchain)?;
    let folder = tempfile::tempdir().context("cannot make a temporary folder; is TMPDIR writable?")?;
    let mut table = Table::default();

    starts::measure(&built, folder.path(), &mut table)?;
    let server = Server::start(&built, folder.path(), &[])?;
    table.row("Resident memory, idle", memory(server.resident_memory()?));
    let load = Load {
        program: workspace.bin().join("oha"),
        address: server.address(),
        clients: CLIENTS,
    };
    let seller = Client::sign_up(server.address(), "seller@example.org")?;
    let buyer = Client::sign_up(server.address(), "buyer@example.org")?;
    reading::measure(&load, &seller, Duration::from_secs(args.seconds), &mut table)?;
    lag::measure(&seller, &buyer, &mut table)?;
    writing::measure(&load, &seller, &buyer, folder.path(), &mut table)?;
    table.row("Resident memory, peak under load", memory(server.peak_memory()?));
    paying::measure(&seller, &buyer, &mut table)?;
    server.stop()?;
    expiry::measure(&built, folder.path(), &mut table)?;
    asset_sizes(&built, &mut table)?;

    println!("\n{}\n\n{}", machine(), table.markdown());
    Ok(ExitCode::SUCCESS)
}

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

fn memory(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "unknown on this system".to_owned(), mb)
}

/// A sentence about the machine.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split_once(':'));
    let model = model.map_or("unknown processor", |(_, name)| name.trim());
    let oha = xtask_setup::oha().version;
    let kernel = process::try_stdout(&mut process::command("uname", &["-sr"])).unwrap_or_default();
    format!(
        "Measured with `cargo xtask bench` on {cores} cores ({model}, {kernel}), oha {oha} on the same cores, loopback."
    )
}
