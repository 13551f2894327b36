//! The step that installs the programs cargo-leptos needs, and cargo-leptos itself.

use anyhow::Result;

use super::step;
use crate::toolchain::Toolchain;
use crate::tools;
use crate::workspace::Workspace;

/// Installs the build tools into the cache, where they are missing or of another version.
///
/// # Errors
/// When one cannot be installed.
pub(super) fn ensure(workspace: &Workspace, toolchain: &Toolchain) -> Result<()> {
    for tool in [tools::wasm_bindgen(workspace)?, tools::cargo_leptos()] {
        let place = workspace.bin();
        let what = format!("{} in {}", tool.version, place.display());
        if tool.ensure(workspace, toolchain)? {
            step::done(tool.program, &what);
        } else {
            step::already_there(tool.program, &what);
        }
    }
    Ok(())
}
