//! Why a server could not start or went down.

use std::io;
use std::net::SocketAddr;

use event_log::TaskFailed;

use crate::connections::TooFewFiles;
use crate::data_dir::DataDirError;
use crate::{demo, marketplace, signing_key, site};

/// Why the server could not start or went down.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder cannot be worked in.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// There is no usable signing key.
    #[error(transparent)]
    Key(#[from] signing_key::KeyError),
    /// The files of the site are not there.
    #[error(transparent)]
    Site(#[from] site::SiteMissing),
    /// A database does not open.
    #[error(transparent)]
    Open(#[from] marketplace::OpenError),
    /// The demo data could not be made.
    #[error("the demo data could not be created: {0}")]
    Demo(#[from] demo::DemoError),
    /// The address is taken or not ours.
    #[error(
        "cannot listen on {address}: {problem}. Choose another address with --listen, for example --listen 127.0.0.1:3001"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        problem: io::Error,
    },
    /// The system lets it open too few files.
    #[error(transparent)]
    Files(#[from] TooFewFiles),
    /// A task does not stay alive, and without it the server would only look as if it worked.
    #[error("the server stopped: {0}. See the log for details")]
    Task(#[from] TaskFailed),
}
