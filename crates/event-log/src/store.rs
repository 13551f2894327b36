//! All SQL of this crate.

pub(crate) mod age;
pub(crate) mod aside;
pub(crate) mod backup;
pub(crate) mod cursors;
pub(crate) mod events;
pub(crate) mod integrity;
pub(crate) mod parked;
pub(crate) mod probe;
pub(crate) mod replies;
pub(crate) mod wal;
