//! Rows, as JSON objects: both databases write and read them, and a truth value becomes the other's by itself.

use futures::{Stream, TryStreamExt};

/// A statement of PostgreSQL or SQLite takes this many rows at once.
const ROWS: u64 = 1_000;
/// Or this many bytes of JSON, if rows are long.
const BYTES: usize = 1 << 20;

/// Gathers rows into arrays.
#[derive(Default)]
pub(super) struct Chunk {
    array: String,
    rows: u64,
}

impl Chunk {
    fn push(&mut self, row: &str) {
        self.array.push(if self.array.is_empty() { '[' } else { ',' });
        self.array.push_str(row);
        self.rows += 1;
    }

    fn is_full(&self) -> bool {
        self.rows >= ROWS || self.array.len() >= BYTES
    }
}

/// The next array of a stream of rows, and how many rows it has; `None` at the end.
pub(super) async fn next_chunk(
    rows: &mut (impl Stream<Item = Result<String, sqlx::Error>> + Unpin),
) -> Result<Option<(String, u64)>, sqlx::Error> {
    let mut chunk = Chunk::default();
    while !chunk.is_full()
        && let Some(row) = rows.try_next().await?
    {
        chunk.push(&row);
    }
    if chunk.rows == 0 {
        return Ok(None);
    }
    chunk.array.push(']');
    Ok(Some((chunk.array, chunk.rows)))
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    #[tokio::test]
    async fn rows_come_in_arrays_until_there_are_none() {
        let rows = (0..=ROWS).map(|number| Ok(number.to_string()));
        let mut rows = stream::iter(rows);
        let (array, count) = next_chunk(&mut rows).await.unwrap().unwrap();
        assert!(
            array.starts_with("[0,1,2,") && array.ends_with(",999]"),
            "{array}"
        );
        assert_eq!(count, ROWS);
        assert_eq!(
            next_chunk(&mut rows).await.unwrap(),
            Some(("[1000]".to_owned(), 1))
        );
        assert_eq!(next_chunk(&mut rows).await.unwrap(), None);
    }

    #[tokio::test]
    async fn long_rows_come_in_fewer() {
        let long = format!("\"{}\"", "x".repeat(BYTES));
        let mut rows = stream::iter([Ok(long.clone()), Ok(long)]);
        assert_eq!(next_chunk(&mut rows).await.unwrap().unwrap().1, 1);
    }
}
