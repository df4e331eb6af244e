//! How far two spellings are from each other.

/// Nobody misspells a name of more characters: it is something else.
pub(crate) const MOST_CHARS: usize = 64;

/// Which characters there are, as bits. A slip changes two kinds of characters at most.
pub(crate) fn kinds(text: impl Iterator<Item = char>) -> u32 {
    text.fold(0, |bits, c| bits | 1 << (u32::from(c) % 32))
}

/// The slips that make one of the other: characters left out, added, replaced, or swapped with the next one (the
/// distance of Damerau and Levenshtein, no part of the text changed twice). Both texts have at most [`MOST_CHARS`].
pub(crate) fn slips(one: &[char], other: &[char]) -> usize {
    let mut rows = [[0_usize; MOST_CHARS + 1]; 3];
    for (column, cell) in rows[0].iter_mut().enumerate() {
        *cell = column;
    }
    for (i, a) in one.iter().enumerate() {
        let (last, before) = (i % 3, (i + 2) % 3);
        let mut row = [0; MOST_CHARS + 1];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = rows[last][j] + usize::from(a != b);
            let mut least = replaced.min(rows[last][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && one[i - 1] == *b && other[j - 1] == *a {
                least = least.min(rows[before][j - 1] + 1);
            }
            row[j + 1] = least;
        }
        rows[(i + 1) % 3] = row;
    }
    rows[one.len() % 3][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        let count = |one: &str, other: &str| {
            let (one, other): (Vec<char>, Vec<char>) =
                (one.chars().collect(), other.chars().collect());
            assert_eq!(slips(&one, &other), slips(&other, &one));
            slips(&one, &other)
        };
        assert_eq!(count("", ""), 0);
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("abc", "abc"), 0);
        assert_eq!(count("ab", "ba"), 1);
        assert_eq!(count("ca", "abc"), 3);
        assert_eq!(count("kitten", "sitting"), 3);
        assert_eq!(count("abcdef", "badcfe"), 3);
        assert_eq!(count(&"a".repeat(64), &"b".repeat(64)), 64);
    }
}
