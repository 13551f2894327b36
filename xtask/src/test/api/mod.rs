//! The REST API of the release against its OpenAPI document: a linter checks the document, and schemathesis sends valid and
//! invalid requests.

mod document;
mod fixture;
mod schemathesis;

use anyhow::{Context, Result};
use xtask_setup::{Toolchain, Workspace};

use self::fixture::Fixture;
use self::schemathesis::Caller;
use super::report::Tally;
use crate::build::Build;
use crate::local_server::Server;

/// Lints the document, then sends requests as a signed-in user and anonymously.
///
/// # Errors
/// When the server does not start, or a program cannot be started.
pub(super) fn run(workspace: &Workspace, toolchain: &Toolchain, built: &Build) -> Result<Tally> {
    let python = xtask_setup::SCHEMATHESIS.ensure(workspace)?;
    let folder = tempfile::tempdir().context("cannot create a temporary folder; is TMPDIR writable?")?;
    let server = Server::start(built, folder.path(), &["--test-payment-delay", "100ms"])?;
    let mut tally = document::lint(workspace, toolchain, server.address())?;
    let fixture = Fixture::create(server.address())?;
    for caller in [Caller::SignedIn, Caller::Anonymous] {
        tally += schemathesis::run(workspace, &python, server.address(), &fixture, caller)?;
    }
    server.stop()?;
    Ok(tally)
}
