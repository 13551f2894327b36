//! The step that installs the Python programs that tests run, each in a virtual environment of its own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::process::{self, command, try_stdout};
use crate::workspace::Workspace;
use crate::{debian, step};

/// A fake Stripe API, for the tests of payments with Stripe.
pub const LOCALSTRIPE: PythonProgram = PythonProgram {
    name: "localstripe",
    requirements: "services/payments/tests/stripe/requirements.txt",
};
/// Tests the REST API against its OpenAPI document.
pub const SCHEMATHESIS: PythonProgram = PythonProgram {
    name: "schemathesis",
    requirements: "server/tests/api/requirements.txt",
};

/// Checks the files of `deploy` against the schemas of what reads them.
pub const DEPLOY_CHECK: PythonProgram = PythonProgram {
    name: "kubernetes_validate",
    requirements: "deploy/check/requirements.txt",
};

/// Fails on a Python that is too old or cannot create virtual environments. Debian's python3 alone lacks `ensurepip`.
const PROBE: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/// A Python program with a virtual environment of its own.
pub struct PythonProgram {
    /// The name of its module, and of its folder in the cache.
    name: &'static str,
    /// The file with every package, its version and its hashes.
    requirements: &'static str,
}

impl PythonProgram {
    /// Installs the requirements into a virtual environment in the cache, unless they are installed already. Returns the
    /// environment's Python, which can run the program.
    ///
    /// # Errors
    /// When there is no Python that is new enough, or a package cannot be installed. The error says what to do about it.
    pub fn ensure(&self, workspace: &Workspace) -> Result<PathBuf> {
        let Self { name, requirements } = self;
        let path = workspace.root().join(requirements);
        let wanted = fs::read_to_string(&path).with_context(|| {
            format!("{requirements} is missing; restore it with `git checkout {requirements}`")
        })?;
        let environment = workspace.cache().join(name);
        let python = environment.join("bin").join("python");
        let stamp = environment.join("ticketing-requirements.txt");
        let is_current = fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted);
        // An environment works only as long as the Python that created it is installed.
        if is_current && try_stdout(&mut command(&python, &["-c", &format!("import {name}")])).is_some() {
            step::already_done(name, &environment.display().to_string());
            return Ok(python);
        }
        ensure_python(name)?;
        step::progress(name, &format!("pip install into {}", environment.display()));
        process::run(command("python3", &["-m", "venv", "--clear"]).arg(&environment))
            .context("Python cannot create a virtual environment; is the cache writable?")?;
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        let mut pip = command(&python, &quiet);
        pip.args(["--require-hashes", "--requirement"]).arg(&path);
        process::run(&mut pip).with_context(|| {
            format!(
                "{name} could not be installed; check that the Python package index answers (`pip download six`), then \
                 run this command again"
            )
        })?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
        step::done(name, &environment.display().to_string());
        Ok(python)
    }
}

/// Makes sure that a Python is installed that is new enough and can create virtual environments.
fn ensure_python(name: &str) -> Result<()> {
    let is_installed = || try_stdout(&mut command("python3", &["-c", PROBE])).is_some();
    if !is_installed() && debian::is_possible().is_ok() {
        step::progress(name, "installing Debian's python3 and python3-venv");
        debian::install_packages(&["python3", "python3-venv"])?;
    }
    if !is_installed() {
        bail!(
            "no Python 3.11 or newer with its module venv; install one (`apt install python3 python3-venv`, \
             `brew install python`), then run this command again"
        );
    }
    Ok(())
}
