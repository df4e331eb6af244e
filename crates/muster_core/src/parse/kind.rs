//! Content that is no CSV, whatever the file's name says.

use super::decode::text_start;

/// Beginnings that no CSV has. Those that are words have to go on as their format does.
const MAGIC: [(&[u8], &str); 19] = [
    (b"\x1F\x8B", "gzip"),
    (b"\x89PNG\r\n\x1A\n", "png"),
    (b"\xFF\xD8\xFF", "jpeg"),
    (b"SQLite format 3\0", "sqlite"),
    (b"7z\xBC\xAF\x27\x1C", "archive"),
    (b"Rar!\x1A\x07", "archive"),
    (b"\xFD7zXZ\0", "archive"),
    (b"\x28\xB5\x2F\xFD", "archive"),
    (b"BZh91AY&SY", "archive"),
    (b"\xFF\xFE\0\0", "utf32"),
    (b"\0\0\xFE\xFF", "utf32"),
    // Excel before its files had files inside.
    (b"\x09\x08\x08\0", "xls"),
    (b"\x09\x08\x10\0", "xls"),
    (b"\x09\x04\x06\0", "xls"),
    (b"\x09\x02\x06\0", "xls"),
    (b"\x09\0\x04\0", "xls"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\0\0\x01\0", "image"),
];

/// What the file is, if its bytes are of something else than text.
pub(super) fn of_bytes(prefix: &[u8]) -> Option<&'static str> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| prefix.starts_with(magic)) {
        return Some(kind);
    }
    if prefix.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Some(compound(prefix));
    }
    if prefix.starts_with(b"PK\x03\x04") || prefix.starts_with(b"PK\x05\x06") {
        return Some(zip(prefix));
    }
    if prefix.get(257..262) == Some(b"ustar") {
        return Some("archive");
    }
    // A version: "%PDF-1.7". A header may well be "%PDF-files".
    if prefix.starts_with(b"%PDF-") && prefix.get(5).is_some_and(u8::is_ascii_digit) {
        return Some("pdf");
    }
    // Sizes: a picture as wide and high as two letters each would be of text by design.
    let sized = |from: usize| {
        prefix
            .get(from..from + 4)
            .is_some_and(|sizes| sizes.iter().any(|byte| !(b' '..0x7F).contains(byte)))
    };
    if (prefix.starts_with(b"GIF87a") || prefix.starts_with(b"GIF89a")) && sized(6) {
        return Some("gif");
    }
    if prefix.starts_with(b"RIFF") && prefix.get(8..12) == Some(b"WEBP") && sized(4) {
        return Some("webp");
    }
    if prefix.starts_with(b"BM") && sized(2) && prefix.get(6..10) == Some(&[0; 4]) {
        return Some("image");
    }
    if prefix.get(4..8) == Some(b"ftyp") && prefix.starts_with(&[0; 3]) {
        return Some("image"); // what phones take: HEIC, AVIF
    }
    None
}

/// Which kind of file with files inside: by their names, which are in UTF-16.
fn compound(prefix: &[u8]) -> &'static str {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        places(prefix, &name).next().is_some()
    };
    if has("WordDocument") || has("PowerPoint Document") || has("__substg1.0") {
        "document"
    } else {
        "xls"
    }
}

/// Where the bytes stand in the file.
fn places<'a>(file: &'a [u8], what: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let first = what.first().copied().unwrap_or_default();
    memchr::memchr_iter(first, file).filter(move |&at| file[at..].starts_with(what))
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
    for header in places(prefix, b"PK\x03\x04") {
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
    // Alone on its line: a header may be called that.
    let first_line = text
        .split(|byte| matches!(byte, b'\r' | b'\n'))
        .next()
        .unwrap_or_default()
        .trim_ascii_end();
    if starts(b"BEGIN:") && text.len() > first_line.len() {
        match first_line[6..].to_ascii_uppercase().as_slice() {
            b"VCARD" => return Some("vcard"),
            b"VCALENDAR" => return Some("calendar"),
            _ => {}
        }
    }
    if starts(b"{\\rtf") || is_old_exchange(text, first_line) {
        return Some("document");
    }
    if text.first() == Some(&b'<') {
        return tags(text, first_line);
    }
    json(text)
}

/// What begins with a tag: a page, a workbook as XML, some XML. A header that is called `<Name>` is none of them.
fn tags(text: &[u8], first_line: &[u8]) -> Option<&'static str> {
    const PAGE: [&[u8]; 11] = [
        b"html", b"head", b"body", b"table", b"meta", b"title", b"style", b"script", b"div",
        b"center", b"link",
    ];
    let lower = text[..text.len().min(2_000)].to_ascii_lowercase();
    let name_of = |tag: &[u8]| {
        let end = tag.iter().position(|byte| !byte.is_ascii_alphanumeric());
        tag[..end.unwrap_or(tag.len())].to_vec()
    };
    let has = |what: &[u8]| places(&lower, what).next().is_some();
    if lower.starts_with(b"<!doctype html") {
        return Some("html");
    }
    if lower.starts_with(b"<?xml") || lower.starts_with(b"<workbook") {
        return match () {
            () if has(b"oasis:names:tc:opendocument:") => Some("ods"),
            () if has(b"office:spreadsheet") || has(b"excel.sheet") => Some("xml_excel"),
            () if has(b"<html") => Some("html"),
            () if lower.starts_with(b"<?xml ") => Some("xml"),
            () => None,
        };
    }
    // A tag is no element before something in it begins or ends.
    let mut opened = places(&lower, b"<").filter(|&at| {
        let next = lower.get(at + 1);
        next.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!'))
    });
    let first = opened.next()?;
    let within = lower.get(opened.next()?..)?;
    if lower.starts_with(b"<!--") || PAGE.contains(&&name_of(&lower[first + 1..])[..]) {
        let is_page = [&lower[first..], within]
            .iter()
            .any(|tag| PAGE.contains(&&name_of(tag.get(1..).unwrap_or_default())[..]));
        return is_page.then_some("html");
    }
    let closes = |line: &[u8]| line.ends_with(b">");
    (closes(first_line) && has(b"</")).then_some("xml")
}

/// Spreadsheets in the formats from before CSV was common, SYLK and DIF: their second line tells them from headers that
/// begin like theirs.
fn is_old_exchange(text: &[u8], first_line: &[u8]) -> bool {
    let second = text[first_line.len()..].trim_ascii_start();
    match first_line {
        b"TABLE" => second.starts_with(b"0,1\r") || second.starts_with(b"0,1\n"),
        _ => {
            let is_record = matches!(
                second,
                [b'B' | b'C' | b'F' | b'O' | b'P', b';', b'A'..=b'Z', ..]
            );
            first_line.starts_with(b"ID;P") && is_record
        }
    }
}

/// An object with a name in it, or an array of such, of arrays or of strings.
fn json(text: &[u8]) -> Option<&'static str> {
    let (&first, rest) = text.split_first()?;
    let rest = rest.trim_ascii_start();
    let follows = |after: &[u8]| {
        // What comes behind the string that begins here.
        let string = after.strip_prefix(b"\"")?;
        let end = string.iter().position(|byte| *byte == b'"')?;
        string[end + 1..].trim_ascii_start().first().copied()
    };
    let is_object = |rest: &[u8]| match rest.first() {
        Some(b'}') => true,
        _ => follows(rest) == Some(b':'),
    };
    let is_json = match (first, rest.first()?) {
        (b'{', _) => is_object(rest),
        (b'[', b'{') => is_object(rest[1..].trim_ascii_start()),
        (b'[', b'[' | b']') => true,
        (b'[', b'"') => matches!(follows(rest), Some(b',' | b']')),
        _ => false,
    };
    is_json.then_some("json")
}
