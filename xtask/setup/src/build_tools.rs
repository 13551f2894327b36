//! The step that installs cargo-leptos and the programs from crates.io that it calls.

use anyhow::Result;

use crate::step;
use crate::tool;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Installs the build tools that the cache lacks, or has in another version.
///
/// # Errors
/// When one cannot be installed. The error says what to do about it.
pub(crate) fn ensure(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    for tool in [tool::wasm_bindgen(workspace)?, tool::cargo_leptos()] {
        let detail = format!("{} in {}", tool.version, workspace.bin().display());
        if tool.ensure(workspace, toolchain)? {
            step::done(tool.program, &detail);
        } else {
            step::already_done(tool.program, &detail);
        }
    }
    Ok(())
}
