//! All SQL of this crate.

pub(crate) mod backup;
pub(crate) mod cursors;
pub(crate) mod dead_letters;
pub(crate) mod events;
pub(crate) mod integrity;
pub(crate) mod postgres;
pub(crate) mod probe;
pub(crate) mod replies;
pub(crate) mod retry_queue;
pub(crate) mod running_time;
pub(crate) mod seen_versions;
pub(crate) mod wal;
