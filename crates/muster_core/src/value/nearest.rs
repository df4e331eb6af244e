//! The name that was probably meant.

use super::slips::{MOST_CHARS, kinds, slips};

/// Names of fewer letters are too close to each other.
const FEWEST_LETTERS: usize = 4;
/// A name with as many letters may have two slips.
const MANY_LETTERS: usize = 8;

/// What the nearest name stands for, if it is within one slip of the value (two in a long one). A slip is a letter
/// too much, too few, another one, or two swapped; never a digit. None where names of other meaning are as near.
pub(super) fn nearest<'a, T: Copy + PartialEq>(
    value: &str,
    names: impl Iterator<Item = (&'a str, T)>,
) -> Option<T> {
    let value: Vec<char> = value.chars().take(MOST_CHARS + 1).collect();
    let letters = letters(&value);
    if letters < FEWEST_LETTERS || value.len() > MOST_CHARS {
        return None;
    }
    let mut reach = if letters < MANY_LETTERS { 1 } else { 2 };
    let own_kinds = kinds(value.iter().copied());
    let mut found = None;
    let mut is_tie = false;
    let mut chars = Vec::new();
    for (name, meaning) in names {
        // Each slip changes two kinds of characters at most: nearly every name ends here.
        if (kinds(name.chars()) ^ own_kinds).count_ones() > 2 * reach as u32 {
            continue;
        }
        chars.clear();
        chars.extend(name.chars().take(MOST_CHARS + 1));
        let is_near = chars.len().abs_diff(value.len()) <= reach
            && chars.len() <= MOST_CHARS
            && letters_enough(&chars)
            && digits(&chars).eq(digits(&value));
        let slips = if is_near {
            slips(&value, &chars)
        } else {
            continue;
        };
        if slips < reach || (slips == reach && found.is_none()) {
            (reach, found, is_tie) = (slips, Some(meaning), false);
        } else if slips == reach && found != Some(meaning) {
            is_tie = true;
        }
    }
    found.filter(|_| !is_tie)
}

fn letters(text: &[char]) -> usize {
    text.iter().filter(|c| c.is_alphabetic()).count()
}

fn letters_enough(text: &[char]) -> bool {
    letters(text) >= FEWEST_LETTERS
}

fn digits(text: &[char]) -> impl Iterator<Item = &char> {
    text.iter().filter(|c| c.is_numeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, u8); 9] = [
        ("brazil", 1),
        ("brasil", 1),
        ("niger", 2),
        ("nigeria", 3),
        ("united kingdom", 4),
        ("cub", 5),
        ("plan 2 plus", 6),
        ("philippines", 7),
        ("中国人民", 8),
    ];

    #[track_caller]
    fn check(value: &str, want: Option<u8>) {
        assert_eq!(nearest(value, NAMES.into_iter()), want, "{value}");
    }

    #[test]
    fn one_slip_of_each_kind_is_forgiven() {
        check("brazl", Some(1));
        check("brazill", Some(1));
        check("bradil", Some(1));
        check("barzil", Some(1));
        check("brzl", None);
        check("中国人口", Some(8));
    }

    #[test]
    fn two_slips_are_forgiven_in_long_names_alone() {
        check("untied kindom", Some(4));
        check("phillipines", Some(7));
        check("philipines", Some(7));
        check("phillipine", None);
        check("brazzill", Some(1));
        check("brazll", Some(1));
        check("brzll", None);
    }

    #[test]
    fn what_is_as_near_to_two_is_neither() {
        check("nigera", None);
        check("nigerr", Some(2));
        check("brasil", Some(1));
    }

    #[test]
    fn short_values_and_digits_are_not_guessed() {
        check("cubs", None);
        check("cu", None);
        check("nige", Some(2));
        check("nig", None);
        check("plan 3 plus", None);
        check("plan 2 pluss", Some(6));
        check(&"a".repeat(100), None);
        check("", None);
    }
}
