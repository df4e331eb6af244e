//! Tags as numbers: which the contacts have, which the cells name, and what a row gains.

use std::sync::Arc;

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
    /// The distinct cells: per set the tags in the cell's order, as written there.
    cells: Vec<Vec<(u32, Arc<str>)>>,
    by_cell: Map<String, u32>,
    /// The tags of the names as the cells write them: each is kept once.
    by_spelling: Map<Arc<str>, u32>,
    import: Vec<(u32, Arc<str>)>,
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
            .map(|name| (self.number(name), Arc::from(name.as_str())))
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
        if let Some(&set) = self.by_cell.get(value) {
            return set;
        }
        // What is canonical names each tag once.
        let set = value.split(',').map(|name| self.spelt(name)).collect();
        self.cells.push(set);
        let number = self.cells.len() as u32 - 1;
        self.by_cell.insert(value.to_owned(), number);
        number
    }

    /// The tag that a cell's name means, and the name.
    fn spelt(&mut self, name: &str) -> (u32, Arc<str>) {
        if let Some((spelling, &tag)) = self.by_spelling.get_key_value(name) {
            return (tag, Arc::clone(spelling));
        }
        let (tag, spelling) = (self.number(name), Arc::from(name));
        self.by_spelling.insert(Arc::clone(&spelling), tag);
        (tag, spelling)
    }

    /// What a contact with these tags (ascending) gains from a cell's set and from the import, as written there.
    pub(crate) fn gained<'a>(
        &'a self,
        cell: u32,
        stored: &'a [u32],
    ) -> impl Iterator<Item = (u32, &'a str)> + Clone {
        let own: &[(u32, Arc<str>)] = self.cells.get(cell as usize).map_or(&[], Vec::as_slice);
        let import = self
            .import
            .iter()
            .filter(move |(tag, _)| own.iter().all(|(other, _)| other != tag));
        own.iter()
            .chain(import)
            .filter(move |(tag, _)| stored.binary_search(tag).is_err())
            .map(|(tag, name)| (*tag, &**name))
    }

    /// Names the tags that are new, given in row order the set and the contact's tags (ascending) of each row that may
    /// gain some. Whether that makes a difference.
    pub(crate) fn name_new<'a>(&mut self, rows: impl Iterator<Item = (u32, &'a [u32])>) -> bool {
        let before: Vec<(u32, Option<String>)> = std::mem::take(&mut self.created)
            .into_iter()
            .map(|tag| (tag, self.names[tag as usize].take()))
            .collect();
        let is_new = |names: &[Option<String>], tags: &[(u32, Arc<str>)]| {
            tags.iter().any(|(tag, _)| names[*tag as usize].is_none())
        };
        let mut nameless = self.names.iter().filter(|name| name.is_none()).count();
        // Nearly every row comes with tags that have their names by now.
        let cells: Vec<bool> = self
            .cells
            .iter()
            .map(|cell| is_new(&self.names, cell))
            .collect();
        let mut import = is_new(&self.names, &self.import);
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
            import = import && is_new(&self.names, &self.import);
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

    /// The names of the tags that the import creates.
    pub(crate) fn created(&self) -> impl Iterator<Item = &str> {
        self.created
            .iter()
            .filter_map(|&tag| self.names[tag as usize].as_deref())
    }
}
