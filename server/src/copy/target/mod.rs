//! Where the copy goes.

mod directory;
mod schemas;
mod writer;

use std::collections::BTreeSet;

use service::{Definition, Storage};

use self::directory::Directory;
use self::schemas::Schemas;
use super::CopyError;
use super::rows::next_chunk;
use super::source::Reader;
use super::tables::Table;

/// An empty marketplace.
pub(super) enum Target {
    Directory(Directory),
    Schemas(Schemas),
}

impl Target {
    /// Creates the databases of these services. Nobody sees rows in them before [`Target::finish`].
    pub(super) async fn open(storage: &Storage, services: &[&'static Definition]) -> Result<Self, CopyError> {
        Ok(match storage {
            Storage::Directory(folder) => Self::Directory(Directory::open(folder, services).await?),
            Storage::Postgres(postgres) => Self::Schemas(Schemas::open(storage, postgres, services).await?),
        })
    }

    /// Copies all rows of a service. Returns how many.
    pub(super) async fn take(
        &mut self,
        service: &'static Definition,
        reader: &mut Reader,
    ) -> Result<u64, CopyError> {
        let mut writer = match self {
            Self::Directory(directory) => directory.writer(service).await?,
            Self::Schemas(schemas) => schemas.writer(service).await?,
        };
        let tables = writer.tables().await?;
        let difference = difference(&reader.tables().await?, &tables);
        if !difference.is_empty() {
            return Err(CopyError::Tables {
                service: service.name,
                difference,
            });
        }
        // Migrations leave a row in some tables.
        for table in tables.iter().rev() {
            writer.clear(table).await?;
        }
        let mut copied = 0;
        for table in &tables {
            let mut rows = reader.rows(table);
            while let Some((array, count)) = next_chunk(&mut rows).await? {
                writer.insert(table, &array).await?;
                copied += count;
            }
        }
        writer.close().await?;
        Ok(copied)
    }

    /// Makes the copy visible.
    pub(super) async fn finish(self) -> Result<(), CopyError> {
        match self {
            Self::Directory(directory) => directory.finish(),
            Self::Schemas(schemas) => schemas.finish().await,
        }
    }
}

/// The tables and columns that only one of the databases has.
fn difference(source: &[Table], target: &[Table]) -> String {
    let [source, target] = [source, target].map(|tables| tables.iter().collect::<BTreeSet<_>>());
    let differing = source.symmetric_difference(&target);
    let named: Vec<String> = differing
        .map(|table| format!("{} ({})", table.name, table.column_list()))
        .collect();
    named.join("; ")
}
