//! The release that several suites need, built in parallel to the others.

use std::panic::resume_unwind;
use std::thread::{Scope, ScopedJoinHandle};

use anyhow::{Result, bail};

use crate::build::{self, Build};
use crate::setup;
use crate::toolchain::Toolchain;
use crate::workspace::Workspace;

/// A release that is being built, was built, or does not build.
pub(super) enum Release<'scope> {
    /// A thread installs the build tools and builds.
    Building(ScopedJoinHandle<'scope, Result<Build>>),
    /// It is there.
    Built(Build),
    /// It does not build; the first caller was given the reason.
    Failed,
}

impl<'scope> Release<'scope> {
    /// Installs the build tools and builds the release on a separate thread.
    pub(super) fn begin<'env>(
        scope: &'scope Scope<'scope, 'env>,
        workspace: &'env Workspace,
        toolchain: &'env Toolchain,
    ) -> Self {
        Self::Building(scope.spawn(|| {
            setup::ensure_build_tools(workspace, toolchain)?;
            build::release(workspace, toolchain)
        }))
    }

    /// Waits for it.
    ///
    /// # Errors
    /// When it does not build: the reason for the first caller, a reference to it for the others.
    pub(super) fn wait(&mut self) -> Result<&Build> {
        *self = match std::mem::replace(self, Self::Failed) {
            Self::Building(thread) => {
                Self::Built(thread.join().unwrap_or_else(|panic| resume_unwind(panic))?)
            }
            settled => settled,
        };
        match self {
            Self::Built(built) => Ok(built),
            Self::Building(_) | Self::Failed => {
                bail!("not run, because the release does not build; see the suite `build` above")
            }
        }
    }
}
