//! Configuration: flags before variables before the file before the defaults, read once at the start into typed values.

mod error;
mod file;
mod limits;
mod origin;
mod parse;
mod payment_provider;
mod reader;
pub mod setting;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;

pub use error::{ConfigError, Mistake, Source};
use file::File;
pub use limits::Limits;
pub use origin::WebOrigin;
use parse::{MAX_HOLD, MIN_HOLD, MIN_IDLE, YEAR};
pub use payment_provider::PaymentProvider;
use reader::Reader;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The configuration of a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Folder of the databases and the signing key.
    pub data_dir: PathBuf,
    /// The origin under which browsers see the site.
    pub public_origin: Option<WebOrigin>,
    /// How long a reservation holds its ticket.
    pub hold: Duration,
    /// By how much a hold becomes longer when its buyer starts to pay.
    pub payment_extension: Duration,
    /// Whether orders are closed as their time runs out.
    pub expiry_worker: bool,
    /// How long a payment with the test provider's delayed card takes.
    pub test_payment_delay: Duration,
    /// Who moves the money.
    pub payment_provider: PaymentProvider,
    /// How long a session lives without use.
    pub session_idle: Duration,
    /// How long a session lives at most.
    pub session_max: Duration,
    /// The key that signs session tokens; `None` takes the one of the data folder.
    pub signing_key: Option<web::SigningKey>,
    /// The keys that signed before, besides those in the data folder.
    pub former_signing_keys: Vec<web::SigningKey>,
    /// How much one client or one buyer may do.
    pub limits: Limits,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// Where metrics are served; `None` serves none.
    pub metrics_listen: Option<SocketAddr>,
}

impl Config {
    /// Reads the configuration from the command line (which knows the variables, too) and the file it may name.
    ///
    /// # Errors
    /// Every mistake at once.
    pub fn load(matches: &ArgMatches) -> Result<Self, ConfigError> {
        let file = match matches.get_one::<PathBuf>("config") {
            Some(path) => Some(File::read(path).map_err(ConfigError)?),
            None => None,
        };
        let mut reader = Reader {
            matches,
            file,
            mistakes: Vec::new(),
        };
        let listen = reader.read(&setting::LISTEN, parse::listen);
        let data_dir = reader.read(&setting::DATA_DIR, parse::path);
        let public_origin = reader.read(&setting::PUBLIC_ORIGIN, WebOrigin::parse);
        let hold = reader.read(&setting::HOLD, |text| parse::duration(text, MIN_HOLD, MAX_HOLD));
        let payment_extension = reader.read(&setting::PAYMENT_EXTENSION, |text| {
            parse::duration(text, Duration::ZERO, MAX_HOLD)
        });
        let test_payment_delay = reader.read(&setting::TEST_PAYMENT_DELAY, |text| {
            parse::duration(text, Duration::ZERO, MAX_HOLD)
        });
        let payment_provider = payment_provider::read(&mut reader);
        let session_idle = reader.read(&setting::SESSION_IDLE, |text| {
            parse::duration(text, MIN_IDLE, YEAR)
        });
        let session_max = reader.read(&setting::SESSION_MAX, |text| {
            parse::duration(text, MIN_IDLE, YEAR)
        });
        let signing_key = reader.read(&setting::SIGNING_KEY, parse::key);
        let former_signing_keys = reader.read(&setting::FORMER_SIGNING_KEYS, parse::keys);
        let limits = limits::read(&mut reader);
        let log = reader.read(&setting::LOG, parse::filter);
        let log_format = reader.read(&setting::LOG_FORMAT, parse::log_format);
        let expiry_worker = reader.read(&setting::EXPIRY_WORKER, parse::switch);
        let metrics_listen = reader.read(&setting::METRICS_LISTEN, parse::listen);
        let Reader { mistakes, .. } = reader;
        let orders = (hold, payment_extension, expiry_worker);
        let payments = (test_payment_delay, payment_provider);
        match (
            listen,
            data_dir,
            orders,
            payments,
            session_idle,
            session_max,
            limits,
            log,
            log_format,
        ) {
            (
                Some(listen),
                Some(data_dir),
                (Some(hold), Some(payment_extension), Some(expiry_worker)),
                (Some(test_payment_delay), Some(payment_provider)),
                Some(session_idle),
                Some(session_max),
                Some(limits),
                Some(log),
                Some(log_format),
            ) if mistakes.is_empty() => Ok(Self {
                listen,
                data_dir,
                public_origin,
                hold,
                payment_extension,
                expiry_worker,
                test_payment_delay,
                payment_provider,
                session_idle,
                session_max,
                signing_key,
                former_signing_keys: former_signing_keys.unwrap_or_default(),
                limits,
                log,
                log_format,
                metrics_listen,
            }),
            _ => Err(ConfigError(mistakes)),
        }
    }
}
