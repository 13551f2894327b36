//! The linter of the OpenAPI document.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use xtask_setup::{Toolchain, Workspace};

use crate::test::npx;
use crate::test::report::Tally;

/// Lints the server's document by Redocly's recommended rules. A warning is a failure.
///
/// # Errors
/// When the linter cannot be started.
pub(super) fn lint(workspace: &Workspace, toolchain: &Toolchain, address: SocketAddr) -> Result<Tally> {
    let document = format!("http://{address}/api/openapi.json");
    let config = workspace.root().join("server/tests/api/redocly.yaml");
    let mut redocly = npx::command(
        workspace,
        toolchain,
        &["redocly", "lint", &document, "--max-problems", "50"],
    );
    redocly
        .arg("--config")
        .arg(config)
        // No requests to the vendor.
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    let status = redocly.status().context(npx::NOT_STARTED)?;
    Ok(Tally::of([status.success()]))
}
