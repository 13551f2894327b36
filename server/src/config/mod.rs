//! Configuration: flags before variables before the file before the defaults, read once at the start into typed values.

mod command_storage;
mod database_url;
mod error;
mod file;
mod origin;
mod parse;
mod payment_provider;
mod reader;
mod setting;
pub mod settings;
mod storage;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use clap::ArgMatches;
use strum::{EnumString, VariantNames};

pub use command_storage::{command_storage, parse_storage};
pub use database_url::DatabaseUrl;
pub use error::{ConfigError, ConfigProblem, SettingSource};
use file::File;
pub use origin::WebOrigin;
pub use payment_provider::{PaymentProvider, ProviderName};
use reader::Reader;
use service::Storage;
pub use setting::Setting;
pub use settings::Settings;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum LogFormat {
    /// Human-readable.
    Text,
    /// One JSON object per line.
    Json,
}

/// The configuration of a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// The settings, each checked separately.
    pub settings: Settings,
    /// The payment provider, from several settings.
    pub payment_provider: PaymentProvider,
    /// Where the databases are, from several settings.
    pub storage: Storage,
}

impl Config {
    /// Reads the configuration from the command line (which also reads the variables) and the file it may name.
    ///
    /// # Errors
    /// All errors at once.
    pub fn load(matches: &ArgMatches) -> Result<Self, ConfigError> {
        let file = match matches.get_one::<PathBuf>("config") {
            Some(path) => Some(File::read(path).map_err(ConfigError)?),
            None => None,
        };
        let mut reader = Reader {
            matches,
            file,
            problems: Vec::new(),
        };
        let settings = Settings::read(&mut reader);
        let payment_provider = settings.as_ref().and_then(PaymentProvider::of);
        let storage = settings
            .as_ref()
            .and_then(|settings| storage::of(settings, &mut reader));
        match (settings, payment_provider, storage) {
            (Some(settings), Some(payment_provider), Some(storage)) if reader.problems.is_empty() => {
                Ok(Self {
                    settings,
                    payment_provider,
                    storage,
                })
            }
            _ => Err(ConfigError(reader.problems)),
        }
    }
}
