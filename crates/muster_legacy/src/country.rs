//! Where a file's contacts are, as far as bytes say that are the same in every encoding.

/// Endings that say nothing: people take them for their sound, or write in two alphabets there.
const ANYWHERE: [[u8; 2]; 9] = [
    *b"co", *b"io", *b"ai", *b"me", *b"tv", *b"eu", *b"fm", *b"ly", *b"rs",
];

/// Calling codes and the domains of their countries, as far as they tell encodings apart.
const CALLING_CODES: [(&[u8], [u8; 2]); 65] = [
    (b"20", *b"eg"),
    (b"212", *b"ma"),
    (b"213", *b"dz"),
    (b"216", *b"tn"),
    (b"218", *b"ly"),
    (b"249", *b"sd"),
    (b"30", *b"gr"),
    (b"31", *b"nl"),
    (b"32", *b"be"),
    (b"33", *b"fr"),
    (b"34", *b"es"),
    (b"351", *b"pt"),
    (b"353", *b"ie"),
    (b"354", *b"is"),
    (b"357", *b"cy"),
    (b"358", *b"fi"),
    (b"359", *b"bg"),
    (b"36", *b"hu"),
    (b"370", *b"lt"),
    (b"371", *b"lv"),
    (b"372", *b"ee"),
    (b"375", *b"by"),
    (b"380", *b"ua"),
    (b"385", *b"hr"),
    (b"386", *b"si"),
    (b"389", *b"mk"),
    (b"39", *b"it"),
    (b"40", *b"ro"),
    (b"41", *b"ch"),
    (b"420", *b"cz"),
    (b"421", *b"sk"),
    (b"43", *b"at"),
    (b"44", *b"uk"),
    (b"45", *b"dk"),
    (b"46", *b"se"),
    (b"47", *b"no"),
    (b"48", *b"pl"),
    (b"49", *b"de"),
    (b"51", *b"pe"),
    (b"52", *b"mx"),
    (b"54", *b"ar"),
    (b"55", *b"br"),
    (b"56", *b"cl"),
    (b"57", *b"es"),
    (b"61", *b"au"),
    (b"64", *b"nz"),
    (b"66", *b"th"),
    (b"7", *b"ru"),
    (b"81", *b"jp"),
    (b"82", *b"kr"),
    (b"84", *b"vn"),
    (b"852", *b"hk"),
    (b"853", *b"mo"),
    (b"86", *b"cn"),
    (b"886", *b"tw"),
    (b"90", *b"tr"),
    (b"961", *b"lb"),
    (b"962", *b"jo"),
    (b"963", *b"sy"),
    (b"964", *b"iq"),
    (b"965", *b"kw"),
    (b"966", *b"sa"),
    (b"971", *b"ae"),
    (b"972", *b"il"),
    (b"98", *b"ir"),
];

/// Counts the countries of e-mail addresses and of phone numbers.
#[derive(Debug)]
pub(crate) struct Country {
    state: State,
    /// By the two letters of the domain.
    seen: Vec<([u8; 2], u32)>,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Elsewhere,
    /// Behind an `@`: how many labels of a domain there were, and the last one.
    Domain {
        dots: u32,
        label: [u8; 2],
        length: u32,
    },
    /// Behind a `+`: the first digits, and how many there were.
    Number {
        digits: [u8; 3],
        length: usize,
    },
}

impl Country {
    pub(crate) const fn new() -> Self {
        Self {
            state: State::Elsewhere,
            seen: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.state = self.next(byte);
        }
    }

    fn next(&mut self, byte: u8) -> State {
        match (byte, self.state) {
            (b'@', _) => State::Domain {
                dots: 0,
                label: [0; 2],
                length: 0,
            },
            (b'+', _) => State::Number {
                digits: [0; 3],
                length: 0,
            },
            (b'.', State::Domain { dots, .. }) => State::Domain {
                dots: dots + 1,
                label: [0; 2],
                length: 0,
            },
            (
                b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z',
                State::Domain {
                    dots,
                    mut label,
                    length,
                },
            ) => {
                if let Some(letter) = label.get_mut(length as usize) {
                    *letter = byte.to_ascii_lowercase();
                }
                State::Domain {
                    dots,
                    label,
                    length: length.saturating_add(1),
                }
            }
            (
                _,
                State::Domain {
                    dots: 1..,
                    label,
                    length: 2,
                },
            ) => {
                if label.is_ascii() && !ANYWHERE.contains(&label) {
                    self.count(label);
                }
                State::Elsewhere
            }
            (b'0'..=b'9', State::Number { mut digits, length }) => {
                if let Some(digit) = digits.get_mut(length) {
                    *digit = byte;
                }
                if length == 6 {
                    self.number(digits);
                    return State::Elsewhere;
                }
                State::Number {
                    digits,
                    length: length + 1,
                }
            }
            (b' ' | b'(' | b')' | b'-' | b'.', State::Number { .. }) => self.state,
            _ => State::Elsewhere,
        }
    }

    fn number(&mut self, digits: [u8; 3]) {
        let country = CALLING_CODES
            .iter()
            .find(|(code, _)| digits.starts_with(code));
        if let Some((_, country)) = country {
            self.count(*country);
        }
    }

    fn count(&mut self, country: [u8; 2]) {
        match self.seen.iter_mut().find(|(seen, _)| *seen == country) {
            Some((_, times)) => *times += 1,
            None => self.seen.push((country, 1)),
        }
    }

    /// The domain of the country in which most of the contacts are, if there is one.
    pub(crate) fn finish(mut self) -> Option<[u8; 2]> {
        self.push(b"\n");
        let all: u32 = self.seen.iter().map(|(_, times)| times).sum();
        let (country, times) = self.seen.into_iter().max_by_key(|(_, times)| *times)?;
        (times * 2 > all).then_some(country)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_name_countries() {
        let check = |text: &str, expected: Option<&[u8; 2]>| {
            for length in [1, 3, 100] {
                let mut country = Country::new();
                text.as_bytes()
                    .chunks(length)
                    .for_each(|piece| country.push(piece));
                assert_eq!(country.finish().as_ref(), expected, "{text}");
            }
        };
        check("a@example.hu,b@gmail.com", Some(b"hu"));
        check("a@example.co.HU", Some(b"hu"));
        check("a@example.com,+36 (1) 234-5678", Some(b"hu"));
        check("+36 1", None);
        check("+1 415 555 2671", None);
        check("a@b.io;c@hu;d@e.hu.com", None);
        check("a@b.hu,c@d.de", None);
        check("a@b.hu,c@d.de,+49 30 123456", Some(b"de"));
    }
}
