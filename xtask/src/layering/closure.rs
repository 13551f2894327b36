//! Everything that a crate brings into the browser.

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::toolchain::{Toolchain, WASM};
use crate::workspace::Workspace;

/// The names of all crates that are compiled into this one for WASM: with the features that it is built with alone,
/// and without what only runs while compiling.
///
/// # Errors
/// When cargo cannot resolve it.
pub(super) fn in_the_browser(
    workspace: &Workspace,
    toolchain: &Toolchain,
    package: &str,
) -> Result<Vec<String>> {
    let mut tree = toolchain.cargo(workspace);
    tree.args([
        "tree",
        "--locked",
        "--package",
        package,
        "--target",
        WASM,
        "--edges",
        "normal,no-proc-macro",
    ]);
    tree.args(["--prefix", "none", "--format", "{p}"]);
    let printed = process::read(&mut tree).with_context(|| format!("cargo cannot resolve {package}"))?;
    let names = names(&printed);
    ensure!(
        names.iter().any(|name| name == package),
        "cargo tree of {package} does not name {package} itself"
    );
    Ok(names)
}

/// The names in lines such as `serde v1.0.228 (*)`, each once.
fn names(printed: &str) -> Vec<String> {
    let mut names: Vec<_> = printed
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_is_named_once() {
        let printed = "contracts v0.1.0 (/somewhere)\nserde v1.0.228\nuuid v1.29.3\nserde v1.0.228 (*)\n";
        assert_eq!(names(printed), ["contracts", "serde", "uuid"]);
    }
}
