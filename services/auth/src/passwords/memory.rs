//! The memory for hashing.

use std::sync::{Mutex, PoisonError};

use argon2::{Block, Params};

/// Reused buffers: as many as there ever were concurrent hashes.
pub(super) struct Memory {
    free: Mutex<Vec<Vec<Block>>>,
    blocks: usize,
}

/// The memory of one hash, in bytes.
pub(super) fn bytes_of(params: &Params) -> usize {
    params.block_count().saturating_mul(Block::SIZE)
}

impl Memory {
    /// Buffers of that many blocks.
    pub(super) fn of_blocks(blocks: usize) -> Self {
        Self {
            free: Mutex::default(),
            blocks,
        }
    }

    /// Runs work on a buffer of at least `blocks`. A hash with other parameters may need a larger one, which is not reused.
    pub(super) fn lend<T>(&self, blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> T {
        if blocks > self.blocks {
            return work(&mut vec![Block::new(); blocks]);
        }
        let kept = self.free().pop();
        let mut buffer = kept.unwrap_or_else(|| vec![Block::new(); self.blocks]);
        let value = work(&mut buffer);
        self.free().push(buffer);
        value
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many buffers there are while none is in use.
    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.free().len()
    }
}
