//! The errors that keep the server from starting or stop it.

use std::io;
use std::net::SocketAddr;

use event_log::TaskFailed;

use crate::connections::FdLimitTooLow;
use crate::data_dir::DataDirError;
use crate::{demo, marketplace, signing_key, site};

/// The errors that keep the server from starting or stop it.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data directory cannot be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// There is no usable signing key.
    #[error(transparent)]
    Key(#[from] signing_key::KeyError),
    /// The files of the site do not exist.
    #[error(transparent)]
    Site(#[from] site::SiteMissing),
    /// A database does not open.
    #[error(transparent)]
    Open(#[from] marketplace::OpenError),
    /// The demo data could not be created.
    #[error("the demo data could not be created: {0}")]
    Demo(#[from] demo::DemoError),
    /// The address is in use or not ours.
    #[error(
        "cannot listen on {address}: {problem}. Choose another address with --listen, for example --listen 127.0.0.1:3001"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        problem: io::Error,
    },
    /// The address for metrics is in use or not ours.
    #[error(
        "cannot listen for metrics on {address}: {problem}. Choose another address with --metrics-listen, for example \
         --metrics-listen 127.0.0.1:9464"
    )]
    ListenForMetrics {
        /// The address.
        address: SocketAddr,
        /// The system's error.
        problem: io::Error,
    },
    /// The open-file limit is too low.
    #[error(transparent)]
    FdLimit(#[from] FdLimitTooLow),
    /// A task keeps failing, and without it the server would only appear to work.
    #[error("the server stopped: {0}. See the log for details")]
    Task(#[from] TaskFailed),
}
