//! How far a misspelt name is from the one that was meant.

use crate::value::{MOST_CHARS, kinds, slips};

/// The slips that a long name may have.
const MOST_SLIPS: u32 = 2;

/// How many slips a name of so many characters may have: short ones are other words soon.
const fn most_slips(length: usize) -> usize {
    match length {
        0..5 => 0,
        5..9 => 1,
        _ => MOST_SLIPS as usize,
    }
}

/// A name to which others are compared.
pub(super) struct Name {
    chars: Vec<char>,
    kinds: u32,
}

impl Name {
    pub(super) fn new(name: &str) -> Self {
        Self {
            chars: name.chars().collect(),
            kinds: kinds(name.chars()),
        }
    }

    pub(super) fn first(&self) -> Option<char> {
        self.chars.first().copied()
    }

    /// The slips between the names, if both are long enough for so many and start alike.
    pub(super) fn slips_from(&self, other: &str) -> Option<usize> {
        // Nearly every pair ends here.
        if (self.kinds ^ kinds(other.chars())).count_ones() > 2 * MOST_SLIPS {
            return None;
        }
        let other: Vec<char> = other.chars().collect();
        let longest = self.chars.len().max(other.len());
        let most = most_slips(self.chars.len().min(other.len()));
        let is_alike = self.chars.first() == other.first() && longest <= MOST_CHARS;
        if !is_alike || self.chars.len().abs_diff(other.len()) > most {
            return None;
        }
        Some(slips(&self.chars, &other)).filter(|&found| found <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(a: &str, b: &str, slips: Option<usize>) {
        assert_eq!(Name::new(a).slips_from(b), slips, "{a:?} {b:?}");
        assert_eq!(Name::new(b).slips_from(a), slips, "{b:?} {a:?}");
    }

    #[test]
    fn slips_are_counted() {
        check("email", "email", Some(0));
        check("emial", "email", Some(1));
        check("emal", "email", None); // too short for a slip
        check("emails", "email", Some(1));
        check("fistname", "firstname", Some(1));
        check("fristname", "firstname", Some(1));
        check("firtsnmae", "firstname", Some(2));
        check("firtsnma", "firstname", None);
        check("county", "country", Some(1));
        check("phone", "phase", None);
        check("telefonummer", "telefonnummer", Some(1));
        check("телефн", "телефон", Some(1));
        check("mobile", "nobile", None); // starts otherwise
        let long = "abcdefgh".repeat(8);
        check(&long, &long[..63], Some(1));
        check(&(long.clone() + "x"), &long, None); // too long to be misspelt
        check("", "", Some(0));
        check("abcdefghijkl", "abcdexghijky", Some(2));
        check("abcdefghijkl", "lkjihgfedcba", None);
    }
}
