//! Web addresses, as browsers write them (the WHATWG's URL standard).

use std::borrow::Cow;

mod ip;
mod parse;

use super::{Verdict, text::is_longer};
use crate::issue::Code;

/// An absolute address of `http` or `https`: browsers forgive a missing slash, a person is asked.
pub(super) fn read(value: &str, max_chars: u32) -> Verdict<'_> {
    if !is_absolute(value) {
        return Err(Code::UrlInvalid);
    }
    let canonical = parse::canonical(value).ok_or(Code::UrlInvalid)?;
    if is_longer(&canonical, max_chars) {
        return Err(Code::TooLong);
    }
    if canonical == value {
        return Ok((Cow::Borrowed(value), None));
    }
    // What is stored has to read to itself.
    match parse::canonical(&canonical) {
        Some(again) if again == canonical => Ok((Cow::Owned(canonical), None)),
        _ => Err(Code::UrlInvalid),
    }
}

fn is_absolute(value: &str) -> bool {
    let begins = |scheme: &str| {
        let start = value.as_bytes().get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    begins("http://") || begins("https://")
}

/// The addresses that were probably meant: the scheme is missing, or misspelt.
pub(super) fn candidates(value: &str) -> Vec<String> {
    let value = value.trim_start_matches('<').trim_end_matches('>').trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '.' | '-');
    let lower = value.to_ascii_lowercase();
    let mut scheme = "https";
    let mut rest = value;
    for (start, meant) in [
        ("https", "https"),
        ("http", "http"),
        ("htpps", "https"),
        ("htps", "https"),
        ("htp", "http"),
        ("ttps", "https"),
        ("ttp", "http"),
        ("", "https"),
    ] {
        let after = lower.strip_prefix(start).unwrap_or("x");
        if start.is_empty() || after.starts_with([':', '/', ';']) {
            scheme = meant;
            rest = value.get(start.len()..).unwrap_or_default();
            break;
        }
    }
    let rest = rest.trim_start_matches([':', ';', '/', '\\']);
    let host_end = rest.find(|c| !is_plain(c)).unwrap_or(rest.len());
    let (host, tail) = rest.split_at(host_end);
    let has_name = host
        .trim_end_matches('.')
        .rsplit_once('.')
        .is_some_and(|(name, last)| {
            !name.is_empty() && last.chars().count() >= 2 && last.chars().all(char::is_alphabetic)
        });
    let is_tail = tail.is_empty() || tail.starts_with(['/', '?', '#', ':']);
    if has_name && is_tail && !rest.contains(char::is_whitespace) {
        vec![format!("{scheme}://{rest}")]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, want: Result<&str, Code>) {
        let got = read(value, 60).map(|(url, _)| url);
        assert_eq!(got.as_deref().map_err(|code| *code), want, "{value:?}");
        if let Ok(url) = got {
            assert_eq!(read(&url, 60).unwrap().0, url);
        }
    }

    #[test]
    fn addresses_are_written_as_browsers_do() {
        check("https://acme.com/", Ok("https://acme.com/"));
        check("https://acme.com", Ok("https://acme.com/"));
        check(
            "HTTP://ACME.com:80/A b?q=ü#é",
            Ok("http://acme.com/A%20b?q=%C3%BC#%C3%A9"),
        );
        check("https://acme.com:443/../x/./y", Ok("https://acme.com/x/y"));
        check("https://acme.com:8443", Ok("https://acme.com:8443/"));
        check(
            "https://münchen.de/straße",
            Ok("https://xn--mnchen-3ya.de/stra%C3%9Fe"),
        );
        check("http://0x7f.1/", Ok("http://127.0.0.1/"));
        check("http://[2001:DB8::1]/", Ok("http://[2001:db8::1]/"));
        check(
            "https://user:pass@acme.com/",
            Ok("https://user:pass@acme.com/"),
        );
        check("https://localhost", Ok("https://localhost/"));
        check("https://acme.com\\x", Ok("https://acme.com/x"));
    }

    #[test]
    fn anything_else_is_none() {
        for other in [
            "acme.com",
            "www.acme.com/x",
            "//acme.com",
            "http:acme.com",
            "https:/acme.com",
            "http://",
            "https:///",
            "https://?x",
            "ftp://acme.com/",
            "mailto:a@acme.com",
            "javascript:alert(1)",
            "data:text/plain,x",
            "https://ac me.com/",
            "https://acme.com:99999/",
            "https://[::1/",
            "https://a<b>.com",
            "http://1.2.3.256/",
            "https://xn--\u{fe0f}.com/",
            "x",
            "",
        ] {
            check(other, Err(Code::UrlInvalid));
        }
    }

    #[test]
    fn addresses_are_no_longer_than_texts() {
        let address = |length: usize| format!("https://acme.com/{}", "a".repeat(length - 17));
        check(&address(60), Ok(&address(60)));
        check(&address(61), Err(Code::TooLong));
        check(
            &format!("https://acme.com/{}", "é".repeat(9)),
            Err(Code::TooLong),
        );
    }

    #[test]
    fn the_scheme_is_added_or_repaired() {
        let check = |value: &str, want: &str| {
            let got = candidates(value);
            assert_eq!(got.first().map_or("", String::as_str), want, "{value}");
        };
        check("acme.com", "https://acme.com");
        check("www.acme.com/a?b#c", "https://www.acme.com/a?b#c");
        check("Acme.com:8080", "https://Acme.com:8080");
        check("//acme.com/x", "https://acme.com/x");
        check("http:acme.com", "http://acme.com");
        check("https:/acme.com", "https://acme.com");
        check("http//acme.com", "http://acme.com");
        check("htp://acme.com", "http://acme.com");
        check("<https://acme.com>", "https://acme.com");
        check("münchen.de", "https://münchen.de");
        check("https.com", "https://https.com");
        for other in [
            "acme",
            "a@acme.com",
            "John Smith",
            "1.5",
            "v1.2",
            "ftp://acme.com",
            "acme.com, b.com",
            ".com",
            "e.g.",
            "12.5%",
            "",
        ] {
            check(other, "");
        }
    }
}
