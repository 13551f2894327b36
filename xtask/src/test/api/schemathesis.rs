//! schemathesis: sends requests generated from the document, and checks the responses against it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use xtask_setup::{
    Workspace,
    process::{self, Outcome},
};

use super::fixture::Fixture;
use crate::test::report::Tally;

/// Far longer than a run takes: the number of requests is bounded by its configuration.
const TIMEOUT: Duration = Duration::from_mins(5);

/// The user who sends the requests.
#[derive(Debug, Clone, Copy)]
pub(super) enum Caller {
    /// The buyer, to every operation except the one that ends the session.
    SignedIn,
    /// No user, to the operations of accounts.
    Anonymous,
}

/// Runs it once.
///
/// # Errors
/// When it cannot be started.
pub(super) fn run(
    workspace: &Workspace,
    python: &Path,
    address: SocketAddr,
    fixture: &Fixture,
    caller: Caller,
) -> Result<Tally> {
    let config = workspace.root().join("server/tests/api/schemathesis.toml");
    // The console script of the environment: its module cannot be run with `python -m`.
    let mut schemathesis = process::command(python.with_file_name("schemathesis"), &["--config-file"]);
    schemathesis
        .arg(config)
        .args(["run", &format!("http://{address}/api/openapi.json")])
        .env("TICKETING_ORDER", &fixture.order)
        .env("TICKETING_PAYMENT", &fixture.payment)
        .current_dir(workspace.target());
    match caller {
        Caller::SignedIn => schemathesis
            .args(["--exclude-operation-id", "signOut"])
            .args(["--header", &format!("Cookie: {}", fixture.buyer.cookie())]),
        Caller::Anonymous => schemathesis.args(["--include-tag", "Accounts"]),
    };
    let outcome = process::run_bounded(&mut schemathesis, TIMEOUT)?;
    if outcome == Outcome::TimedOut {
        eprintln!("error: schemathesis was killed after {} s", TIMEOUT.as_secs());
    }
    Ok(Tally::of([outcome.is_success()]))
}
