//! `cargo xtask bench`: how fast, how small. Prints a Markdown table.

mod client;
mod freeing;
mod lag;
mod oha;
mod paying;
mod reading;
mod server;
mod starts;
mod table;
mod writing;

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};

pub(crate) use self::client::Client;
use self::oha::Load;
pub(crate) use self::server::Server;
use self::table::{Table, mb};
use crate::build::Build;
use crate::workspace::Workspace;
use crate::{build, process, setup, sizes, tools};

/// How many connections send at once.
const CLIENTS: u64 = 64;

/// Build a release, put it under load on this machine, and print what it did as a Markdown table.
///
/// The load comes from oha, which is installed the first time, and shares the machine's cores with the server; the
/// databases are in a temporary folder (TMPDIR) and removed afterwards. Expect five minutes besides the build.
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
    let folder = tempfile::tempdir().context("cannot make a temporary folder; is TMPDIR writable?")?;
    let mut table = Table::default();

    starts::measure(&built, folder.path(), &mut table)?;
    let server = Server::start(&built, folder.path(), &[])?;
    table.row("Resident memory, idle", memory(server.resident()?));
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
    table.row(
        "Resident memory, highest under load",
        memory(server.highest_resident()?),
    );
    paying::measure(&seller, &buyer, &mut table)?;
    server.stop()?;
    freeing::measure(&built, folder.path(), &mut table)?;
    sizes(&built, &mut table)?;

    println!("\n{}\n\n{}", machine(), table.markdown());
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::cast_precision_loss, reason = "the figure is rounded to a few digits")]
fn sizes(built: &Build, table: &mut Table) -> Result<()> {
    for kind in &sizes::KINDS {
        let size = kind.measure(&built.package)?;
        table.row(
            &format!("{} as sent (brotli)", kind.name),
            format!("{:.1} kB", size.sent as f64 / 1000.0),
        );
    }
    Ok(())
}

fn memory(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "not known on this system".to_owned(), mb)
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
