//! The short way of cells to their place in a column.

use super::{Column, Place};
use crate::diff::Given;
use crate::identity::Map;
use crate::import::Format;
use crate::parse::Bare;
use crate::value::{Part, Reader};

/// Different spellings of which is remembered what they mean.
const MOST: usize = 4_096;

/// Reads the cells of a column that are seen at a glance ([`Reader::glance`]), or were read before.
#[derive(Debug, Default)]
pub(crate) struct Glances<'a> {
    /// Of a column of few values: what its cells were read to, where there was nothing to be said about them.
    known: Map<&'a str, Place>,
}

impl<'a> Glances<'a> {
    /// The place of a cell's value; none says nothing. `part` is that of full names, in a format.
    #[inline]
    pub(crate) fn read(
        &self,
        reader: &Reader,
        part: Option<(Part, Format)>,
        cell: Bare<'_>,
        column: &mut Column,
    ) -> Option<Place> {
        let value = match part {
            None => reader.glance(cell.text, cell.is_plain),
            Some((part, format)) => part.glance(reader, cell.text, cell.is_plain, format),
        };
        match value {
            Some(value) => Some(column.place(Given::Value(&value))),
            None => self.known.get(cell.text).copied(),
        }
    }

    /// Remembers what a cell was read to.
    pub(crate) fn keep(&mut self, reader: &Reader, cell: &'a str, place: Place) {
        if reader.is_of_few() && place.has_value() && self.known.len() < MOST {
            self.known.insert(cell, place);
        }
    }
}
