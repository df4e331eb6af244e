//! Tables of names: sorted lines of a folded name, a tab and a code, searched where they lie.

use std::cmp::Ordering;

use super::fold;

/// The text by which a name is looked up.
pub(super) fn key(name: &str) -> String {
    let mut key = fold(name);
    if key.contains('’') {
        key = key.replace('’', "'");
    }
    key
}

/// The code of a name that [`key`] made, in the first of the tables that has it.
pub(super) fn find(tables: &[&'static str], key: &str) -> Option<&'static str> {
    tables.iter().find_map(|table| find_in(table, key))
}

fn find_in(table: &'static str, key: &str) -> Option<&'static str> {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    // Both ends are starts of lines.
    while low < high {
        let middle = low + (high - low) / 2;
        let start = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
        let (name, code) = table[start..end].trim_end().split_once('\t')?;
        match name.cmp(key) {
            Ordering::Equal => return Some(code),
            Ordering::Less => low = end,
            Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What has to hold for [`find`] to work, and the table's codes, each once.
    #[track_caller]
    pub(in crate::value) fn check_table(
        table: &'static str,
    ) -> std::collections::BTreeSet<&'static str> {
        let mut codes = std::collections::BTreeSet::new();
        let mut last = "";
        for line in table.lines() {
            let (name, code) = line.split_once('\t').unwrap();
            assert!(last < name, "{last} {name}");
            assert_eq!(key(name), name);
            assert_eq!(find_in(table, name), Some(code));
            assert_eq!(find_in(table, &format!("{name}\0")), None);
            codes.insert(code);
            last = name;
        }
        assert!(table.ends_with('\n'));
        codes
    }

    #[test]
    fn names_are_found_or_not() {
        let table = "a\tAA\nab\tAB\nb\tBB\n";
        for (name, want) in [
            ("a", Some("AA")),
            ("ab", Some("AB")),
            ("b", Some("BB")),
            ("", None),
            ("aa", None),
            ("c", None),
        ] {
            assert_eq!(find_in(table, name), want, "{name}");
        }
        assert_eq!(find_in("", "a"), None);
        assert_eq!(find(&["a\tAA\n", "b\tBB\n"], "b"), Some("BB"));
    }
}
