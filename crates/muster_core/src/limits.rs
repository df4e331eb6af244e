//! Every limit of an import, in one place.

use serde::{Deserialize, Serialize};

/// What an import may be at most. The server's configuration, sent to the page: no other code assumes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Limits {
    /// Bytes of the file as it lies on the disk.
    pub max_bytes: u64,
    /// Data rows of the file.
    pub max_rows: u32,
    /// Columns of the file, as many as spreadsheets have. What lies beyond can't be mapped, and a value there is an
    /// error.
    pub max_columns: u32,
    /// Bytes between the quotes of one cell, after which its quote counts as unclosed.
    pub max_quoted_bytes: u32,
    /// Records among which a header row can be chosen.
    pub header_search: u32,
    /// Characters (code points) of a text.
    pub text_chars: u32,
    /// Characters of a first or last name, and of a tag.
    pub name_chars: u32,
    /// Tags in one cell.
    pub tags_in_cell: u32,
    /// Tags for the whole import.
    pub import_tags: u32,
    /// Tags that one import may create.
    pub new_tags: u32,
    /// Characters of a refused value that travel with its issue.
    pub issue_value_chars: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 20 * 1_048_576,
            max_rows: 200_000,
            max_columns: 16_384,
            max_quoted_bytes: 64 * 1024,
            header_search: 20,
            text_chars: 4_000,
            name_chars: 255,
            tags_in_cell: 100,
            import_tags: 10,
            new_tags: 1_000,
            issue_value_chars: 200,
        }
    }
}
