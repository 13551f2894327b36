//! The release that several suites need, built concurrently with the others.

use std::panic::resume_unwind;
use std::thread::{Scope, ScopedJoinHandle};

use anyhow::{Result, bail};
use xtask_setup::{Toolchain, Workspace};

use crate::build::{self, Build};

/// The state of the release build.
pub(super) enum Release<'scope> {
    /// A thread installs the build tools and builds.
    Building(ScopedJoinHandle<'scope, Result<Build>>),
    /// It is built.
    Built(Build),
    /// It does not build. The error went to the first caller.
    Failed,
}

impl<'scope> Release<'scope> {
    /// Installs the build tools and builds the release on a separate thread.
    pub(super) fn spawn<'env>(
        scope: &'scope Scope<'scope, 'env>,
        workspace: &'env Workspace,
        toolchain: &'env Toolchain,
    ) -> Self {
        Self::Building(scope.spawn(|| {
            xtask_setup::ensure_build_tools(workspace, toolchain)?;
            build::release(workspace, toolchain)
        }))
    }

    /// Waits until it is built.
    ///
    /// # Errors
    /// When it does not build. The first caller gets the cause, later ones a reference to it.
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
                bail!("skipped because the release does not build; see the suite `build` above")
            }
        }
    }
}
