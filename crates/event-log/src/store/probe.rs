//! The write that finds out whether writing works.

use crate::DatabaseError;
use crate::sql::Connection;

/// Changes one row, and with it one page of the file.
pub(crate) async fn write(connection: &mut Connection) -> Result<(), DatabaseError> {
    crate::query!(
        "INSERT INTO write_probe (id, writes) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET writes = write_probe.writes + 1"
    )
    .execute(connection)
    .await?;
    Ok(())
}
