//! The URL standard's parser, for absolute addresses of `http` and `https`.

use super::ip;
use crate::value::unicode::host;

// What is encoded by its bytes beside controls and what isn't ASCII.
const FRAGMENT: &str = " \"<>`";
const QUERY: &str = " \"#<>'";
const PATH: &str = " \"<>`#?{}";
const USER: &str = " \"<>`#?{}/:;=@[\\]^|";
/// What no host's name has.
const NOT_IN_HOSTS: &str = " %#/:<>?@[\\]^|";

/// The address as browsers write it, if it is one.
pub(super) fn canonical(value: &str) -> Option<String> {
    let value = value
        .trim_matches(|c| c <= ' ')
        .replace(['\t', '\n', '\r'], "");
    let (scheme, rest) = value.split_once(':')?;
    let (mut address, default_port) = match scheme.to_ascii_lowercase().as_str() {
        "http" => ("http://".to_owned(), 80),
        "https" => ("https://".to_owned(), 443),
        _ => return None,
    };
    let rest = rest.trim_start_matches(['/', '\\']);
    let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let host_and_port = match authority.rsplit_once('@') {
        None => authority,
        Some((user, after)) => {
            push_user(&mut address, user);
            after
        }
    };
    push_host(&mut address, host_and_port, default_port)?;
    let (rest, fragment) = parted(rest, '#');
    let (path, query) = parted(rest, '?');
    push_path(&mut address, path);
    if let Some(query) = query {
        address.push('?');
        encode(&mut address, query, QUERY);
    }
    if let Some(fragment) = fragment {
        address.push('#');
        encode(&mut address, fragment, FRAGMENT);
    }
    Some(address)
}

/// What stands before a sign and, if there is one, behind it.
fn parted(text: &str, sign: char) -> (&str, Option<&str>) {
    match text.split_once(sign) {
        None => (text, None),
        Some((before, after)) => (before, Some(after)),
    }
}

fn push_user(address: &mut String, user: &str) {
    let (name, password) = parted(user, ':');
    let password = password.unwrap_or_default();
    encode(address, name, USER);
    if !password.is_empty() {
        address.push(':');
        encode(address, password, USER);
    }
    if !name.is_empty() || !password.is_empty() {
        address.push('@');
    }
}

fn push_host(address: &mut String, text: &str, default_port: u32) -> Option<()> {
    let mut is_bracketed = false;
    let end = text.find(|c| {
        match c {
            '[' => is_bracketed = true,
            ']' => is_bracketed = false,
            _ => {}
        }
        c == ':' && !is_bracketed
    });
    let (host, port) = text.split_at(end.unwrap_or(text.len()));
    if let Some(inner) = host.strip_prefix('[') {
        address.push('[');
        address.push_str(&ip::v6(inner.strip_suffix(']')?)?);
        address.push(']');
    } else {
        let is_refused = |c: char| c.is_ascii_control() || NOT_IN_HOSTS.contains(c);
        let name = host::to_ascii(&host::labels(&decoded(host)?, is_refused, true)?)?;
        if name.is_empty() {
            return None;
        }
        if ip::ends_in_number(&name) {
            address.push_str(&ip::v4(&name)?);
        } else {
            address.push_str(&name);
        }
    }
    let digits = port.strip_prefix(':').unwrap_or_default();
    let mut number = 0;
    for digit in digits.chars() {
        number = number * 10 + digit.to_digit(10)?;
        if number > u32::from(u16::MAX) {
            return None;
        }
    }
    if !digits.is_empty() && number != default_port {
        address.push(':');
        address.push_str(&number.to_string());
    }
    Some(())
}

/// The segments of a path, without those that stand for this one and the one above.
fn push_path(address: &mut String, path: &str) {
    let mut segments: Vec<String> = Vec::new();
    let mut rest = path.strip_prefix(['/', '\\']).or(Some(path));
    while let Some(text) = rest {
        let (segment, more) = match text.split_once(['/', '\\']) {
            None => (text, None),
            Some((segment, more)) => (segment, Some(more)),
        };
        rest = more;
        let dots = segment.replace("%2e", ".").replace("%2E", ".");
        match dots.as_str() {
            "." | ".." => {
                if dots == ".." {
                    segments.pop();
                }
                if more.is_none() {
                    segments.push(String::new());
                }
            }
            _ => {
                let mut encoded = String::new();
                encode(&mut encoded, segment, PATH);
                segments.push(encoded);
            }
        }
    }
    for segment in segments {
        address.push('/');
        address.push_str(&segment);
    }
}

/// Appends a text, its bytes as `%XX` where it has to be.
fn encode(address: &mut String, text: &str, encoded: &str) {
    for c in text.chars() {
        if c.is_ascii() && !c.is_ascii_control() && !encoded.contains(c) {
            address.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                address.push('%');
                let digit = |value| char::from_digit(value, 16).map(|c| c.to_ascii_uppercase());
                address.extend(digit(u32::from(byte >> 4)));
                address.extend(digit(u32::from(byte & 15)));
            }
        }
    }
}

/// The text with its `%XX` read, if that is text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, more)) = rest.split_first() {
        rest = more;
        let digit = |at: usize| char::from(*more.get(at)?).to_digit(16);
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &more[2..];
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(address: &str) {
        let theirs = url::Url::parse(address).ok().map(String::from);
        assert_eq!(canonical(address), theirs, "{address:?}");
    }

    #[test]
    fn every_character_is_read_as_by_the_library() {
        for c in ('\0'..='\u{17f}').chain(['\u{3002}', '\u{fffd}', '１', '％']) {
            for address in [
                format!("http://{c}"),
                format!("http://a{c}b.com/"),
                format!("http://a.com{c}"),
                format!("http://a.com:{c}/"),
                format!("http://a.com/x{c}y?{c}#{c}"),
                format!("http://u{c}v:p{c}q@a.com/{c}"),
                format!("http://{c}@a.com"),
                format!("http://a.com/{c}{c}/../{c}"),
                format!("http://[1::2{c}]/"),
                format!("http://1.2.{c}.4/"),
                format!("http://a%{:02x}.com/", c as u32 & 255),
            ] {
                check(&address);
            }
        }
    }

    #[test]
    fn numbers_are_read_as_by_the_library() {
        for host in [
            "1",
            "1.2",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.4.",
            "1..2",
            "0x",
            "0x.0x",
            "0xg",
            "08.1",
            "017.1",
            "256.1",
            "255.255.255.256",
            "1.65535.1",
            "1.16777215",
            "1.16777216",
            "4294967295",
            "4294967296",
            "0xffffffff",
            "0x100000000",
            "99999999999999999999999",
            "a.1",
            "a.0x1",
            "a.1a",
            "1.2.3.09",
            "..",
            ".",
            "a..",
            "[::]",
            "[1::]",
            "[::1]",
            "[1:2:3:4:5:6:7::]",
            "[::2:3:4:5:6:7:8]",
            "[1:2:3:4:5:6:7:8::]",
            "[1:2:3:4:5:6:7:8]",
            "[1:2:3:4:5:6:7]",
            "[1:2:3:4:5:6:7:8:9]",
            "[1::2::3]",
            "[:::]",
            "[:1]",
            "[1:]",
            "[::12345]",
            "[0:0:1:0:0:0:1:0]",
            "[1:0:1:0:0:1:0:0]",
            "[1:0:1:1:1:1:1:1]",
            "[::1.2.3.4]",
            "[1.2.3.4]",
            "[1.2.3.4::]",
            "[::1.2.3]",
            "[::1.2.3.4.5]",
            "[::01.2.3.4]",
            "[::1.2.3.256]",
            "[::+1.2.3.4]",
            "[::1..3.4]",
            "[1:2:3:4:5:6:1.2.3.4]",
            "[1:2:3:4:5:6:7:1.2.3.4]",
            "[1:2:3:4:5::1.2.3.4]",
            "[ABCD::EF]",
            "[]",
            "[",
            "[::1]a",
            "[::1%25a]",
            "a[::1]",
            "[::1]]",
        ] {
            check(&format!("https://{host}"));
            check(&format!("https://{host}:8080/x"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn addresses_are_read_as_by_the_library(
            address in "(http|https|HTTP|hTTps)://([a-cA-C0-9.:@/\\\\?#%\\[\\]ü。\t-]|xn--|%2[eEf5]|%c3%bc|\\.\\.?/|0x|:443|:80|\\PC|[ -~]){0,14}"
        ) {
            check(&address);
        }

        #[test]
        fn numeric_hosts_are_read_as_by_the_library(
            host in "(\\[([0-9a-f]{0,4}:){0,8}:?([0-9a-f]{0,4}:){0,3}([0-9a-f]{0,5}|[0-9.]{0,9})\\]|(0x|0)?[0-9a-f]{0,5}(\\.(0x|0)?[0-9]{0,4}){0,4})(:[0-9]{0,6})?"
        ) {
            check(&format!("http://{host}/"));
        }
    }
}
