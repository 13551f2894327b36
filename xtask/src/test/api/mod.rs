//! The REST API against its own description: a linter reads the document, and schemathesis sends valid and invalid requests
//! made from it to the release.

mod document;
mod schemathesis;
mod stage;

use anyhow::{Context, Result};

use super::report::Tally;
use crate::bench::Server;
use crate::build::Build;
use crate::setup;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Lints the document, then tests the API as a signed-in user and as an anonymous client.
///
/// # Errors
/// When the server does not start, or a program cannot be started.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain, built: &Build) -> Result<Tally> {
    let python = setup::SCHEMATHESIS.ensure(workspace)?;
    let folder = tempfile::tempdir().context("cannot make a temporary folder; is TMPDIR writable?")?;
    let server = Server::start(built, folder.path(), &["--test-payment-delay", "100ms"])?;
    let mut tally = document::lint(workspace, toolchain, server.address())?;
    let stage = stage::set(server.address())?;
    for visit in [schemathesis::Visit::SignedIn, schemathesis::Visit::Anonymous] {
        tally += schemathesis::run(workspace, &python, server.address(), &stage, &visit)?;
    }
    server.stop()?;
    Ok(tally)
}
