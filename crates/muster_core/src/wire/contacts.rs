//! What messages say of contacts and fields beside values: names, versions, sets of tags.

use super::bytes::{Reader, Writer, ascends};
use super::{WireError, check};

/// A contact in an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Its id.
    pub id: u64,
    /// Rises with every change.
    pub version: u32,
    /// Position in the answer's sets of tags.
    pub tag_set: u32,
}

impl Writer {
    /// A few names.
    pub(super) fn names<T: AsRef<str>>(&mut self, names: &[T]) {
        self.count(names.len());
        for name in names {
            self.text(name.as_ref());
        }
    }

    /// Sets of numbers, each ascending.
    pub(super) fn sets(&mut self, sets: &[Vec<u32>]) {
        let lengths: Vec<u32> = sets.iter().map(|set| set.len() as u32).collect();
        self.count(sets.len());
        self.numbers(&lengths);
        self.numbers(&sets.concat());
    }

    /// Tags and sets of them.
    pub(super) fn tags(&mut self, tags: &[String], sets: &[Vec<u32>]) {
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        self.count(tags.len());
        self.end_to_end(&tags);
        self.sets(sets);
    }

    /// What is known of contacts beside their ids.
    pub(super) fn versions_and_tags(&mut self, contacts: &[Found]) {
        self.numbers(
            &contacts
                .iter()
                .map(|found| found.version)
                .collect::<Vec<u32>>(),
        );
        self.numbers(
            &contacts
                .iter()
                .map(|found| found.tag_set)
                .collect::<Vec<u32>>(),
        );
    }
}

impl Reader<'_> {
    pub(super) fn names(&mut self) -> Result<Vec<String>, WireError> {
        let count = self.length()?; // each takes a byte at least
        let mut names = Vec::with_capacity(count);
        for _ in 0..count {
            names.push(self.text()?.to_owned());
        }
        Ok(names)
    }

    pub(super) fn sets(&mut self, length: usize) -> Result<Vec<Vec<u32>>, WireError> {
        let count = self.items()?;
        let lengths = self.smalls(count)?;
        let members = lengths.iter().map(|&length| length as usize).sum();
        self.spend(members)?;
        let members = self.positions(members, length)?;
        let mut rest = members.as_slice();
        let mut sets = Vec::with_capacity(count);
        for length in lengths {
            let (set, others) = rest.split_at(length as usize);
            check(ascends(set), "a set is not ascending")?;
            sets.push(set.to_vec());
            rest = others;
        }
        Ok(sets)
    }

    pub(super) fn tags(&mut self) -> Result<(Vec<String>, Vec<Vec<u32>>), WireError> {
        let tags = self.tag_names()?;
        let sets = self.sets(tags.len())?;
        Ok((tags, sets))
    }

    /// Names that are going to be texts of their own: never through a dictionary, which could make many of few.
    pub(super) fn tag_names(&mut self) -> Result<Vec<String>, WireError> {
        let count = self.items()?;
        let shape = self.byte()?;
        let names = self.end_to_end(shape, count)?;
        Ok(names.iter().map(str::to_owned).collect())
    }

    pub(super) fn versions_and_tags(
        &mut self,
        ids: Vec<u64>,
        tag_sets: usize,
    ) -> Result<Vec<Found>, WireError> {
        let versions = self.smalls(ids.len())?;
        let sets = self.positions(ids.len(), tag_sets)?;
        let found = |((id, version), tag_set)| Found {
            id,
            version,
            tag_set,
        };
        Ok(ids.into_iter().zip(versions).zip(sets).map(found).collect())
    }
}
