//! Everything that is compiled into a crate for WASM.

use anyhow::{Context, Result, ensure};
use xtask_setup::{Toolchain, WASM, Workspace, process};

/// The names of all crates that are compiled into a crate for WASM, without those that only run at compile time. Features
/// are those of a build of this crate alone.
///
/// # Errors
/// When cargo cannot resolve it.
pub(super) fn for_wasm(workspace: &Workspace, toolchain: &Toolchain, package: &str) -> Result<Vec<String>> {
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
    let output = process::stdout(&mut tree).with_context(|| format!("cargo cannot resolve {package}"))?;
    let names = names(&output);
    ensure!(
        names.iter().any(|name| name == package),
        "the output of cargo tree does not have {package} itself"
    );
    Ok(names)
}

/// The names in lines such as `serde v1.0.228 (*)`, sorted and without duplicates.
fn names(output: &str) -> Vec<String> {
    let mut names: Vec<_> = output
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
    fn names_are_unique() {
        let output = "contracts v0.1.0 (/somewhere)\nserde v1.0.228\nuuid v1.29.3\nserde v1.0.228 (*)\n";
        assert_eq!(names(output), ["contracts", "serde", "uuid"]);
    }
}
