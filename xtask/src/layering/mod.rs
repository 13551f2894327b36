//! `cargo xtask layering`: who may depend on whom.

mod closure;
mod rules;
mod sources;

use std::process::ExitCode;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// Check that the crates depend on each other only as the architecture allows.
///
/// No service depends on another; only the server, and the app while rendering, know the services; contracts and the
/// frontend hold nothing that belongs on a server; the event log knows nothing of this marketplace, and the
/// runtime of services knows none of them. Nobody has a database in hand but the service that owns it.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// A rule and what breaks it.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The rule, as a sentence.
    pub(crate) rule: &'static str,
    /// One line for each breach; none when the rule holds.
    pub(crate) breaches: Vec<String>,
}

/// Runs the subcommand.
///
/// # Errors
/// When cargo cannot read the workspace.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let verdicts = check(workspace, &Toolchain::chosen())?;
    let broken = verdicts
        .iter()
        .filter(|verdict| !verdict.breaches.is_empty())
        .count();
    print(&verdicts);
    Ok(if broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Checks every rule.
///
/// # Errors
/// When cargo cannot read the workspace.
pub(crate) fn check(workspace: &Workspace, toolchain: &Toolchain) -> Result<Vec<Verdict>> {
    let metadata = MetadataCommand::new()
        .manifest_path(workspace.root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo cannot read the workspace")?;
    let crates = members(&metadata);
    let mut verdicts = rules::between_members(&crates);
    let folders: Vec<_> = crates.iter().map(|member| member.folder.clone()).collect();
    verdicts.extend(sources::check(&sources::read(workspace.root(), &folders)?));
    for package in ["contracts", "frontend"] {
        let closure = closure::in_the_browser(workspace, toolchain, package)?;
        verdicts.push(rules::nothing_of_a_server(package, &closure, &crates));
    }
    Ok(verdicts)
}

/// Prints the verdicts, a line each, with the breaches below.
pub(crate) fn print(verdicts: &[Verdict]) {
    for verdict in verdicts {
        println!(
            "layering: {}: {}",
            verdict.rule,
            if verdict.breaches.is_empty() {
                "ok"
            } else {
                "BROKEN"
            }
        );
        for breach in &verdict.breaches {
            println!("  {breach}");
        }
    }
}

/// A crate of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its name.
    name: String,
    /// Its folder from the root, as in `services/orders`.
    folder: String,
    /// What it depends on, of any kind.
    dependencies: Vec<Dependency>,
}

/// A crate that a member depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dependency {
    name: String,
    is_optional: bool,
}

fn members(metadata: &Metadata) -> Vec<Member> {
    let member = |package: &&cargo_metadata::Package| Member {
        name: package.name.to_string(),
        folder: package
            .manifest_path
            .parent()
            .and_then(|folder| folder.strip_prefix(&metadata.workspace_root).ok())
            .map(ToString::to_string)
            .unwrap_or_default(),
        dependencies: package
            .dependencies
            .iter()
            .map(|dependency| Dependency {
                name: dependency.name.clone(),
                is_optional: dependency.optional,
            })
            .collect(),
    };
    metadata.workspace_packages().iter().map(member).collect()
}
