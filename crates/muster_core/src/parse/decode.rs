//! What the bytes are: the byte-order mark, and content that is no CSV whatever the file's name says.

/// Decisions about the whole file look at this many bytes, or at all if there are fewer: no cut can change them.
pub(super) const PREFIX: usize = 64 * 1024;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Where the text starts: behind the byte-order mark.
pub(super) fn text_start(prefix: &[u8]) -> usize {
    if prefix.starts_with(BOM) {
        BOM.len()
    } else {
        0
    }
}

/// Beginnings that no CSV has.
const MAGIC: [(&[u8], &str); 12] = [
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "xls"),
    (b"\x1F\x8B", "gzip"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1A\n", "png"),
    (b"\xFF\xD8\xFF", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\xFF\xFE", "utf16"),
    (b"\xFE\xFF", "utf16"),
    (b"7z\xBC\xAF\x27\x1C", "binary"),
    (b"Rar!\x1A\x07", "binary"),
    (b"SQLite format 3\0", "binary"),
];

/// What the file is, if it is no CSV.
pub(super) fn not_csv(prefix: &[u8]) -> Option<&'static str> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| prefix.starts_with(magic)) {
        return Some(kind);
    }
    if prefix.starts_with(b"RIFF") && prefix.get(8..12) == Some(b"WEBP") {
        return Some("webp");
    }
    if prefix.starts_with(b"PK\x03\x04") || prefix.starts_with(b"PK\x05\x06") {
        return Some(zip(prefix));
    }
    if is_utf16(prefix) {
        return Some("utf16");
    }
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

/// Text in two-byte units without a mark: every other byte of Western text is zero.
fn is_utf16(prefix: &[u8]) -> bool {
    let zeros = |parity: usize| {
        prefix
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    even.min(odd) == 0 && even.max(odd) > 1 && even.max(odd) * 6 >= prefix.len()
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
