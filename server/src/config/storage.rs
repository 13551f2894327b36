//! Where the databases are, from several settings.

use std::collections::BTreeMap;

use service::{PostgresStorage, Storage};

use super::reader::Reader;
use super::setting::Setting;
use super::settings::{self, Settings};
use super::{ConfigProblem, DatabaseUrl};

/// The data directory, unless a database is named; `None` if settings are missing, which the reader has then recorded.
pub(super) fn of(settings: &Settings, reader: &mut Reader<'_>) -> Option<Storage> {
    let own: [(&str, &Setting, &Option<DatabaseUrl>); 4] = [
        (
            auth::DEFINITION.name,
            settings::auth_database(),
            &settings.auth_database,
        ),
        (
            tickets::DEFINITION.name,
            settings::tickets_database(),
            &settings.tickets_database,
        ),
        (
            orders::DEFINITION.name,
            settings::orders_database(),
            &settings.orders_database,
        ),
        (
            payments::DEFINITION.name,
            settings::payments_database(),
            &settings.payments_database,
        ),
    ];
    let Some(database) = &settings.database else {
        let first = own.iter().find(|(_, _, url)| url.is_some());
        let Some((_, setting, _)) = first else {
            return Some(Storage::Directory(settings.data_dir.clone()));
        };
        reader.problems.push(ConfigProblem::Missing {
            setting: settings::database(),
            needed_by: format!("--{}", setting.key()),
        });
        return None;
    };
    if settings.signing_key.is_none() {
        // One that a server generates for itself would be unknown to the others.
        reader.problems.push(ConfigProblem::Missing {
            setting: settings::signing_key(),
            needed_by: format!("--{}", settings::database().key()),
        });
        return None;
    }
    let of_services: BTreeMap<_, _> = own
        .into_iter()
        .filter_map(|(name, _, url)| Some((name.to_owned(), url.as_ref()?.options().clone())))
        .collect();
    Some(Storage::Postgres(Box::new(PostgresStorage {
        database: database.options().clone(),
        of_services,
        readers: settings.database_readers,
    })))
}
