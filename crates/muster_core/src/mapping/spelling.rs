//! How far a misspelt name is from the one that was meant.

/// How many slips a name of so many characters may have: short ones are other words soon.
pub(super) const fn slips(length: usize) -> usize {
    match length {
        0..5 => 0,
        5..9 => 1,
        _ => 2,
    }
}

/// A name to which others are compared.
pub(super) struct Name {
    chars: Vec<char>,
    letters: u32,
}

impl Name {
    pub(super) fn new(name: &str) -> Self {
        Self {
            chars: name.chars().collect(),
            letters: letters(name),
        }
    }

    pub(super) fn first(&self) -> Option<char> {
        self.chars.first().copied()
    }

    /// The slips between the names, if both are long enough for so many and start alike.
    pub(super) fn slips_from(&self, other: &str) -> Option<usize> {
        // Each slip changes two kinds of letters at most: nearly every pair ends here.
        if (self.letters ^ letters(other)).count_ones() > 4 {
            return None;
        }
        let other: Vec<char> = other.chars().collect();
        let most = slips(self.chars.len().min(other.len()));
        if self.chars.first() != other.first() || self.chars.len().abs_diff(other.len()) > most {
            return None;
        }
        Some(distance(&self.chars, &other)).filter(|&found| found <= most)
    }
}

/// Which letters there are, as bits.
fn letters(name: &str) -> u32 {
    name.chars()
        .fold(0, |bits, c| bits | 1 << (u32::from(c) % 32))
}

/// Characters left out, added, replaced, or swapped with the next one.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for j in 0..b.len() {
            let replaced = last[j] + usize::from(a[i] != b[j]);
            let mut least = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
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
        check("", "", Some(0));
        check("abcdefghijkl", "lkjihgfedcba", None);
    }
}
