//! Gzip of texts that are compressed beforehand, with uncompressed ones in between (RFC 1951, 1952).
//!
//! A flush ends each compressed text at a byte, where a block that is stored as it is can follow.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Deflate, no name, no time, any system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// The last block, stored and empty.
const LAST_BLOCK: [u8; 5] = [1, 0, 0, 0xff, 0xff];

/// A text and its compressed blocks.
pub(super) struct Segment {
    text: String,
    blocks: Vec<u8>,
    checksum: Crc,
}

impl Segment {
    /// Compresses a text. `None` if that fails.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).ok()?;
        encoder.flush().ok()?;
        let mut checksum = Crc::new();
        checksum.update(text.as_bytes());
        Some(Self {
            text: text.to_owned(),
            blocks: encoder.get_ref().clone(),
            checksum,
        })
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// A body that is put together.
pub(super) struct GzipBody {
    bytes: Vec<u8>,
    checksum: Crc,
}

impl Default for GzipBody {
    fn default() -> Self {
        Self {
            bytes: HEADER.to_vec(),
            checksum: Crc::new(),
        }
    }
}

impl GzipBody {
    /// Appends a text that is compressed.
    pub(super) fn append(&mut self, segment: &Segment) {
        self.bytes.extend_from_slice(&segment.blocks);
        self.checksum.combine(&segment.checksum);
    }

    /// Appends a text as it is.
    pub(super) fn append_stored(&mut self, text: &str) {
        for chunk in text.as_bytes().chunks(usize::from(u16::MAX)) {
            let length = u16::try_from(chunk.len()).unwrap_or(u16::MAX);
            self.bytes.push(0);
            self.bytes.extend_from_slice(&length.to_le_bytes());
            self.bytes.extend_from_slice(&(!length).to_le_bytes());
            self.bytes.extend_from_slice(chunk);
        }
        self.checksum.update(text.as_bytes());
    }

    /// The whole body.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(&LAST_BLOCK);
        self.bytes.extend_from_slice(&self.checksum.sum().to_le_bytes());
        self.bytes
            .extend_from_slice(&self.checksum.amount().to_le_bytes());
        self.bytes
    }
}
