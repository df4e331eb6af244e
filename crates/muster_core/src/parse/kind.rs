//! Content that is no CSV, whatever the file's name says.

use super::decode::text_start;

/// Beginnings that no CSV has.
const MAGIC: [(&[u8], &str); 10] = [
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "xls"),
    (b"\x1F\x8B", "gzip"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1A\n", "png"),
    (b"\xFF\xD8\xFF", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"7z\xBC\xAF\x27\x1C", "binary"),
    (b"Rar!\x1A\x07", "binary"),
    (b"SQLite format 3\0", "binary"),
];

/// What the file is, if its bytes are of something else than text.
pub(super) fn of_bytes(prefix: &[u8]) -> Option<&'static str> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| prefix.starts_with(magic)) {
        return Some(kind);
    }
    if prefix.starts_with(b"RIFF") && prefix.get(8..12) == Some(b"WEBP") {
        return Some("webp");
    }
    if prefix.starts_with(b"PK\x03\x04") || prefix.starts_with(b"PK\x05\x06") {
        return Some(zip(prefix));
    }
    None
}

/// What the text is, if it is no CSV.
pub(super) fn of_text(prefix: &[u8]) -> Option<&'static str> {
    if is_binary(prefix) {
        return Some("binary");
    }
    markup(prefix[text_start(prefix)..].trim_ascii_start())
}

/// Which kind of zip, by the names of the first files in it.
fn zip(prefix: &[u8]) -> &'static str {
    let mut office = false;
    for header in memchr::memmem::find_iter(prefix, b"PK\x03\x04") {
        let Some([low, high]) = prefix.get(header + 26..header + 28) else {
            break;
        };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let after = &prefix[header + 30.min(prefix.len() - header)..];
        let name = &after[..length.min(after.len())];
        if name == b"mimetype"
            && after[name.len()..].starts_with(b"application/vnd.oasis.opendocument.spreadsheet")
        {
            return "ods";
        }
        if name.starts_with(b"xl/") {
            return "xlsx";
        }
        if [b"word/" as &[u8], b"ppt/", b"Index/"]
            .iter()
            .any(|folder| name.starts_with(folder))
        {
            return "document"; // also Numbers and Pages: unpacking would not help
        }
        office |= name == b"[Content_Types].xml";
    }
    if office { "xlsx" } else { "zip" }
}

/// Bytes that text doesn't have, and too many of them for a cell gone wrong.
fn is_binary(prefix: &[u8]) -> bool {
    let control = prefix
        .iter()
        .filter(|byte| byte.is_ascii_control() && !matches!(byte, b'\t'..=b'\r' | 0x1B))
        .count();
    let foreign = match std::str::from_utf8(prefix) {
        Ok(_) => false,
        // A code point may be cut at the end of the prefix.
        Err(error) => error.error_len().is_some(),
    };
    control * 4 > prefix.len() || foreign && control > 3 && control * 20 > prefix.len()
}

/// Text in another language than CSV.
fn markup(text: &[u8]) -> Option<&'static str> {
    let starts = |start: &[u8]| {
        text.get(..start.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(start))
    };
    if starts(b"BEGIN:VCARD") {
        return Some("vcard");
    }
    if [
        b"<!doctype" as &[u8],
        b"<html",
        b"<head",
        b"<body",
        b"<table",
    ]
    .into_iter()
    .any(starts)
    {
        return Some("html");
    }
    if starts(b"<?xml") {
        return Some("xml");
    }
    if starts(b"{\\rtf") {
        return Some("document");
    }
    let (&first, rest) = text.split_first()?;
    let next = rest.trim_ascii_start().first();
    match (first, next) {
        (b'{', Some(b'"' | b'}')) | (b'[', Some(b'{' | b'[' | b'"' | b']')) => Some("json"),
        _ => None,
    }
}
