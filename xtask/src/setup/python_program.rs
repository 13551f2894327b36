//! The step that installs the Python programs that tests run, each with packages of its own.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{debian, step};
use crate::process::{self, ask, command};
use crate::workspace::Workspace;

/// Stands for Stripe.
pub(crate) const LOCALSTRIPE: PythonProgram = PythonProgram {
    name: "localstripe",
    requirements: "services/payments/tests/stripe/requirements.txt",
};
/// Tries out what the document of the REST API says.
pub(crate) const SCHEMATHESIS: PythonProgram = PythonProgram {
    name: "schemathesis",
    requirements: "server/tests/api/requirements.txt",
};

/// Fails on a Python that is too old or cannot make environments. `ensurepip` is what Debian's python3 lacks alone.
const PROBE: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/// A Python program that is installed into an environment of its own.
pub(crate) struct PythonProgram {
    /// Its module, and its folder in the cache.
    name: &'static str,
    /// The file with every package, its version and its hashes.
    requirements: &'static str,
}

impl PythonProgram {
    /// Installs the packages of the requirements into an environment of their own in the cache, unless it was made from these
    /// very requirements. Returns the environment's Python, which can run the program.
    ///
    /// # Errors
    /// When there is no Python that is new enough, or its packages cannot be installed.
    pub(crate) fn ensure(&self, workspace: &Workspace) -> Result<PathBuf> {
        let Self { name, requirements } = self;
        let path = workspace.root().join(requirements);
        let wanted = fs::read_to_string(&path).with_context(|| {
            format!("{requirements} is missing; restore it with `git checkout {requirements}`")
        })?;
        let environment = workspace.cache().join(name);
        let python = environment.join("bin").join("python");
        let stamp = environment.join("ticketing-requirements.txt");
        let is_current = fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted);
        // An environment is of use only as long as the Python that made it is there.
        if is_current && ask(&mut command(&python, &["-c", &format!("import {name}")])).is_some() {
            step::already_there(name, &environment.display().to_string());
            return Ok(python);
        }
        system_python(name)?;
        step::doing(name, &format!("pip install into {}", environment.display()));
        process::run(command("python3", &["-m", "venv", "--clear"]).arg(&environment))
            .context("Python cannot make an environment; is the cache a folder you may write?")?;
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        let mut pip = command(&python, &quiet);
        pip.args(["--require-hashes", "--requirement"]).arg(&path);
        process::run(&mut pip).with_context(|| {
            format!(
                "{name} could not be installed; check that the Python package index answers (`pip download six`), then \
                 run this again"
            )
        })?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
        step::done(name, &environment.display().to_string());
        Ok(python)
    }
}

/// Makes sure of a Python that is new enough and can make environments.
fn system_python(name: &str) -> Result<()> {
    let is_there = || ask(&mut command("python3", &["-c", PROBE])).is_some();
    if !is_there() && debian::is_possible().is_ok() {
        step::doing(name, "installing Debian's python3 and python3-venv");
        debian::install_packages(&["python3", "python3-venv"])?;
    }
    if !is_there() {
        bail!(
            "no python3 of version 3.11 or newer with its module venv; install one (`apt install python3 python3-venv`, \
             `brew install python`), then run this command again"
        );
    }
    Ok(())
}
