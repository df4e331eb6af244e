//! Tags as numbers: which the contacts have, which the cells name, and what a row gains.

use crate::identity::Map;
use crate::value::fold;

/// No tags.
pub(crate) const NONE: u32 = u32::MAX;

/// Every tag that was met, and the sets of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tags {
    by_fold: Map<String, u32>,
    /// The name of each tag, once it is known: that of the existing tag, else the first spelling in row order.
    names: Vec<Option<String>>,
    /// The names as the cells write them, each once, and the tags that they mean.
    spellings: Vec<(u32, String)>,
    by_spelling: Map<String, u32>,
    /// The sets that cells name, end to end: spellings in the cell's order.
    sets: Vec<u32>,
    /// Where each set ends.
    ends: Vec<u32>,
    import: Vec<(u32, String)>,
    /// Tags that the import creates, in row order.
    created: Vec<u32>,
}

impl Tags {
    /// Knows the workspace's tags and those that the import gives.
    pub(crate) fn new(existing: &[String], import: &[String]) -> Self {
        let mut all = Self::default();
        for name in existing {
            all.existing(name);
        }
        all.give(import);
        all
    }

    /// Has the import give these from now on.
    pub(crate) fn give(&mut self, import: &[String]) {
        self.import = import
            .iter()
            .map(|name| (self.number(name), name.clone()))
            .collect();
    }

    fn number(&mut self, name: &str) -> u32 {
        let next = self.names.len() as u32;
        let number = *self.by_fold.entry(fold(name)).or_insert(next);
        if number == next {
            self.names.push(None);
        }
        number
    }

    /// The number of a tag that the workspace has.
    pub(crate) fn existing(&mut self, name: &str) -> u32 {
        let number = self.number(name);
        // Somebody else may have created it since.
        self.created.retain(|&created| created != number);
        self.names[number as usize].get_or_insert_with(|| name.to_owned());
        number
    }

    /// The set that a cell names, by its canonical value.
    pub(crate) fn cell(&mut self, value: &str) -> u32 {
        if value.is_empty() {
            return NONE;
        }
        // What is canonical names each tag once. Names are too short to be worth a search for several bytes at once.
        let mut rest = value;
        while let Some(comma) = rest.bytes().position(|byte| byte == b',') {
            let spelling = self.spelling(&rest[..comma]);
            self.sets.push(spelling);
            rest = &rest[comma + 1..];
        }
        let spelling = self.spelling(rest);
        self.sets.push(spelling);
        self.ends.push(self.sets.len() as u32);
        self.ends.len() as u32 - 1
    }

    fn spelling(&mut self, name: &str) -> u32 {
        if let Some(&spelling) = self.by_spelling.get(name) {
            return spelling;
        }
        let spelling = self.spellings.len() as u32;
        let tag = self.number(name);
        self.spellings.push((tag, name.to_owned()));
        self.by_spelling.insert(name.to_owned(), spelling);
        spelling
    }

    /// The tags of a set, as written in its cell.
    fn set(&self, set: u32) -> impl Iterator<Item = (u32, &str)> + Clone {
        let at = |set: u32| self.ends.get(set as usize).map(|&end| end as usize);
        let range = match (at(set), at(set.wrapping_sub(1))) {
            (Some(end), start) => start.unwrap_or(0)..end,
            (None, _) => 0..0,
        };
        self.sets[range].iter().map(|&spelling| {
            let (tag, name) = &self.spellings[spelling as usize];
            (*tag, name.as_str())
        })
    }

    /// What a contact with these tags (ascending) gains from a cell's set and from the import, as written there.
    pub(crate) fn gained<'a>(
        &'a self,
        cell: u32,
        stored: &'a [u32],
    ) -> impl Iterator<Item = (u32, &'a str)> + Clone {
        let own = self.set(cell);
        let import = self.import.iter().map(|(tag, name)| (*tag, name.as_str()));
        let import = {
            let own = own.clone();
            import.filter(move |(tag, _)| own.clone().all(|(other, _)| other != *tag))
        };
        own.chain(import)
            .filter(move |(tag, _)| stored.binary_search(tag).is_err())
    }

    /// Names the tags that are new, given in row order the set and the contact's tags (ascending) of each row that may
    /// gain some. Whether that makes a difference.
    pub(crate) fn name_new<'a>(&mut self, rows: impl Iterator<Item = (u32, &'a [u32])>) -> bool {
        let before: Vec<(u32, Option<String>)> = std::mem::take(&mut self.created)
            .into_iter()
            .map(|tag| (tag, self.names[tag as usize].take()))
            .collect();
        let mut nameless = self.names.iter().filter(|name| name.is_none()).count();
        // Nearly every row comes with tags that have their names by now.
        let is_nameless = |names: &[Option<String>], tag: u32| names[tag as usize].is_none();
        let cells: Vec<bool> = (0..self.ends.len() as u32)
            .map(|set| self.set(set).any(|(tag, _)| is_nameless(&self.names, tag)))
            .collect();
        let has_new = |names: &[Option<String>], import: &[(u32, String)]| {
            import.iter().any(|(tag, _)| is_nameless(names, *tag))
        };
        let mut import = has_new(&self.names, &self.import);
        for (cell, stored) in rows {
            if nameless == 0 {
                break;
            }
            if !import && !cells.get(cell as usize).is_some_and(|&is_new| is_new) {
                continue;
            }
            let names = &self.names;
            let named: Vec<(u32, String)> = self
                .gained(cell, stored)
                .filter(|(tag, _)| names[*tag as usize].is_none())
                .map(|(tag, name)| (tag, name.to_owned()))
                .collect();
            nameless -= named.len();
            for (tag, name) in named {
                self.names[tag as usize] = Some(name);
                self.created.push(tag);
            }
            import = import && has_new(&self.names, &self.import);
        }
        let after = self.created.iter();
        !before
            .iter()
            .map(|(tag, name)| (tag, name))
            .eq(after.map(|tag| (tag, &self.names[*tag as usize])))
    }

    /// The name under which a tag is or will be stored.
    pub(crate) fn stored_name<'a>(&'a self, tag: u32, written: &'a str) -> &'a str {
        self.names
            .get(tag as usize)
            .and_then(Option::as_deref)
            .unwrap_or(written)
    }

    /// Whether the import creates a tag.
    pub(crate) fn is_created(&self, tag: u32) -> bool {
        self.created.contains(&tag)
    }

    /// The names of the tags that the import creates.
    pub(crate) fn created(&self) -> impl Iterator<Item = &str> {
        self.created
            .iter()
            .filter_map(|&tag| self.names[tag as usize].as_deref())
    }
}
