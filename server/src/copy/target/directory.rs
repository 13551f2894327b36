//! A copy in a data directory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use service::{Definition, Storage};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use super::super::{CopyError, bring_up_to_date};
use super::writer::Writer;
use crate::backup::{parent_of, sync_folder};
use crate::data_dir::PRIVATE_FOLDER;

/// A directory next to the target, which gets the target's name at the end. It is removed unless it does.
pub(in super::super) struct Directory {
    target: PathBuf,
    unfinished: TempDir,
}

impl Directory {
    pub(super) async fn open(target: &Path, services: &[&'static Definition]) -> Result<Self, CopyError> {
        if target
            .read_dir()
            .is_ok_and(|mut entries| entries.next().is_some())
        {
            return Err(CopyError::NotEmpty(Storage::Directory(target.to_owned())));
        }
        let failed = |problem| CopyError::Write {
            path: target.to_owned(),
            problem,
        };
        let parent = parent_of(target);
        fs::create_dir_all(&parent).map_err(failed)?;
        let unfinished = tempfile::Builder::new()
            .prefix(".ticketing-copy-")
            .tempdir_in(&parent)
            .map_err(failed)?;
        fs::set_permissions(unfinished.path(), fs::Permissions::from_mode(PRIVATE_FOLDER)).map_err(failed)?;
        bring_up_to_date(&unfinished.path().into(), services).await?;
        Ok(Self {
            target: target.to_owned(),
            unfinished,
        })
    }

    pub(super) async fn writer(&self, service: &Definition) -> Result<Writer<'_>, CopyError> {
        let file = service::file(self.unfinished.path(), service.name);
        // A table may be copied before the one that it references; the check of the copy finds a key that is not valid at the end.
        let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
        Ok(Writer::File(connection))
    }

    pub(super) fn finish(self) -> Result<(), CopyError> {
        let failed = |problem| CopyError::Write {
            path: self.target.clone(),
            problem,
        };
        sync_folder(self.unfinished.path()).map_err(failed)?;
        fs::rename(self.unfinished.path(), &self.target).map_err(failed)?;
        sync_folder(&parent_of(&self.target)).map_err(failed)?;
        // It has moved: nothing is left to be removed.
        let _moved = self.unfinished.keep();
        Ok(())
    }
}
