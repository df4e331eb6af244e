//! Letters of any script in those of the DNS (RFC 3492).

const BASE: u32 = 36;
const LEAST: u32 = 1;
const MOST: u32 = 26;

/// How digits are weighed, which depends on the number before.
fn bias(delta: u32, characters: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / characters;
    let mut bias = 0;
    while delta > (BASE - LEAST) * MOST / 2 {
        delta /= BASE - LEAST;
        bias += BASE;
    }
    bias + BASE * delta / (delta + 38)
}

fn threshold(place: u32, bias: u32) -> u32 {
    place.saturating_sub(bias).clamp(LEAST, MOST)
}

/// The characters of a label behind its `xn--`, which is in small letters.
pub(super) fn decode(label: &str) -> Option<Vec<char>> {
    let (plain, digits) = match label.rsplit_once('-') {
        Some(("", _)) => ("", label),
        Some(parts) => parts,
        None => ("", label),
    };
    let mut decoded: Vec<char> = plain.chars().collect();
    let (mut code, mut at, mut weighed) = (0x80_u32, 0_u32, 72);
    let mut digits = digits.bytes();
    while digits.len() > 0 {
        let last = at;
        let mut weight = 1_u32;
        for place in (BASE..).step_by(BASE as usize) {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => byte - b'a',
                byte @ b'0'..=b'9' => byte - b'0' + 26,
                _ => return None,
            };
            let digit = u32::from(digit);
            at = digit.checked_mul(weight)?.checked_add(at)?;
            let threshold = threshold(place, weighed);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
        }
        let count = decoded.len() as u32 + 1;
        weighed = bias(at - last, count, last == 0);
        code = code.checked_add(at / count)?;
        at %= count;
        decoded.insert(at as usize, char::from_u32(code)?);
        at += 1;
    }
    Some(decoded)
}

/// A label as it goes behind `xn--`.
pub(super) fn encode(label: &[char]) -> Option<String> {
    let mut encoded: String = label.iter().filter(|c| c.is_ascii()).collect();
    let plain = encoded.len() as u32;
    if plain > 0 {
        encoded.push('-');
    }
    let (mut code, mut delta, mut weighed, mut done) = (0x80_u32, 0_u32, 72, plain);
    while (done as usize) < label.len() {
        let next = label
            .iter()
            .map(|c| u32::from(*c))
            .filter(|c| *c >= code)
            .min()?;
        delta = (next - code).checked_mul(done + 1)?.checked_add(delta)?;
        code = next;
        for c in label.iter().map(|c| u32::from(*c)) {
            if c < code {
                delta = delta.checked_add(1)?;
            }
            if c == code {
                let mut rest = delta;
                for place in (BASE..).step_by(BASE as usize) {
                    let threshold = threshold(place, weighed);
                    if rest < threshold {
                        break;
                    }
                    let base = BASE - threshold;
                    encoded.push(digit(threshold + (rest - threshold) % base));
                    rest = (rest - threshold) / base;
                }
                encoded.push(digit(rest));
                weighed = bias(delta, done + 1, done == plain);
                delta = 0;
                done += 1;
            }
        }
        delta += 1;
        code += 1;
    }
    Some(encoded)
}

fn digit(number: u32) -> char {
    let number = number as u8;
    char::from(if number < 26 {
        b'a' + number
    } else {
        b'0' + number - 26
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_encoded_and_decoded() {
        let check = |text: &str, encoded: &str| {
            let label: Vec<char> = text.chars().collect();
            assert_eq!(encode(&label).as_deref(), Some(encoded));
            assert_eq!(decode(encoded), Some(label), "{encoded}");
        };
        check("münchen", "mnchen-3ya");
        check("ü", "tda");
        check("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn");
        check("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b");
        check("bücher-büro", "bcher-bro-q9ag");
    }

    #[test]
    fn what_encodes_nothing_is_refused() {
        for wrong in ["a-!", "ü", "99999999", "zzzzzz9", "a-z"] {
            assert_eq!(decode(wrong), None, "{wrong}");
        }
    }
}
