//! `cargo xtask layering`: which crate may depend on which.

mod closure;
mod rules;
mod sources;

use std::process::ExitCode;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand};
use xtask_setup::{Toolchain, Workspace};

/// Check that the crates depend on each other only as the architecture allows.
///
/// No service depends on another. Only the server depends on services, and the app while rendering. Contracts and the
/// frontend have no server code. The event log depends on no other crate of the workspace, and the runtime of services
/// only on event-log and contracts. No database leaves the service that owns it, and pages see
/// views.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// A rule and what breaks it.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// The rule, as a sentence.
    pub(crate) rule: &'static str,
    /// One line per breach; empty when the rule holds.
    pub(crate) breaches: Vec<String>,
}

/// Runs the subcommand.
///
/// # Errors
/// When cargo cannot read the workspace.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let verdicts = check(workspace, &Toolchain::complete_or_active())?;
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
    let members = members(&metadata);
    let mut verdicts = rules::check_members(&members);
    let folders: Vec<_> = members.iter().map(|member| member.folder.clone()).collect();
    verdicts.extend(sources::check(&sources::read(workspace.root(), &folders)?));
    for (package, rule) in rules::BROWSER_RULES {
        let closure = closure::for_wasm(workspace, toolchain, package)?;
        verdicts.push(rules::check_closure(rule, package, &closure, &members));
    }
    Ok(verdicts)
}

/// Prints a line per verdict, with its breaches below.
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
    /// Its folder relative to the root, such as `services/orders`.
    folder: String,
    /// Its dependencies of every kind.
    dependencies: Vec<Dependency>,
}

impl Member {
    fn name(&self) -> &str {
        &self.name
    }

    fn folder(&self) -> &str {
        &self.folder
    }

    fn is_service(&self) -> bool {
        self.folder.starts_with("services/")
    }

    fn dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependencies
            .iter()
            .find(|dependency| dependency.name == name)
    }
}

/// A dependency of a member.
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
