//! schemathesis: requests made from the document, and answers held against it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::stage::Stage;
use crate::process::{self, Outcome};
use crate::test::report::Tally;
use crate::workspace::Workspace;

/// Far longer than it takes: how many requests it sends is bounded by the number of examples.
const LIMIT: Duration = Duration::from_mins(5);

/// Who sends the requests.
pub(super) enum Visit {
    /// The buyer, to every operation but the one that would end the session.
    SignedIn,
    /// Nobody, to the operations of accounts.
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
    stage: &Stage,
    visit: &Visit,
) -> Result<Tally> {
    let config = workspace.root().join("server/tests/api/schemathesis.toml");
    // A console script of the environment; its module has no other way to be run.
    let mut schemathesis = process::command(python.with_file_name("schemathesis"), &["--config-file"]);
    schemathesis
        .arg(config)
        .args(["run", &format!("http://{address}/api/openapi.json")])
        .env("TICKETING_ORDER", &stage.order)
        .env("TICKETING_PAYMENT", &stage.payment)
        .current_dir(workspace.target());
    match visit {
        Visit::SignedIn => schemathesis
            .args(["--exclude-operation-id", "signOut"])
            .args(["--header", &format!("Cookie: {}", stage.buyer.cookie())]),
        Visit::Anonymous => schemathesis.args(["--include-tag", "Accounts"]),
    };
    let outcome = process::run_bounded(&mut schemathesis, LIMIT)?;
    if outcome == Outcome::TimedOut {
        eprintln!("error: schemathesis was ended after {} s", LIMIT.as_secs());
    }
    Ok(Tally::of([outcome.is_success()]))
}
