//! `cargo xtask`: every task of the project that is run from a command line. One file or folder per subcommand.
//!
//! It builds with any Rust from 1.95 on and needs nothing but cargo, because it installs everything else.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool writes to its standard streams"
)]

mod assets;
mod bench;
mod build;
mod digits;
mod instructions;
mod layering;
mod local_server;
mod loopback;
mod package;
mod prepare;
mod run;
mod setup;
mod test;
mod watch;

use std::process::ExitCode;

use clap::Parser;
use xtask_setup::Workspace;

/// Set up, run, test and benchmark Ticketing.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
enum Cli {
    Setup(setup::Args),
    Run(run::Args),
    Watch(watch::Args),
    Test(test::Args),
    Bench(bench::Args),
    Prepare(prepare::Args),
    Layering(layering::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::locate(env!("CARGO_MANIFEST_DIR"))?;
    match cli {
        Cli::Setup(args) => setup::run(&workspace, &args),
        Cli::Run(args) => run::run(&workspace, &args),
        Cli::Watch(args) => watch::run(&workspace, &args),
        Cli::Test(args) => test::run(&workspace, &args),
        Cli::Bench(args) => bench::run(&workspace, &args),
        Cli::Layering(layering::Args {}) => layering::run(&workspace),
        Cli::Prepare(args) => prepare::run(&workspace, &args),
    }
}
