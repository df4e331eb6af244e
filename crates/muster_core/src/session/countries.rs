//! The countries that the phone numbers of a column belong to.

use super::Session;
use crate::field::FieldType;
use crate::order::sort_few;
use crate::value::phone_country;

impl Session {
    /// The alpha-2 codes of the countries to which the numbers of a column belong, and how many numbers each has, the
    /// most first. Numbers that are nobody's, or everywhere's, have none; a column that isn't mapped to phones neither.
    /// Counted when asked for, as only the page of mappings shows it.
    pub fn phone_countries(&self, index: u32) -> Vec<(&'static str, u32)> {
        let mut found: Vec<(&str, u32)> = Vec::new();
        let Some((work, table)) = self.work.as_ref().zip(self.table()) else {
            return found;
        };
        let mapped = work.sheet.setup.mapped.iter();
        let columns = mapped
            .zip(&work.sheet.columns)
            .filter(|(mapped, _)| mapped.index == index && mapped.field.kind == FieldType::Phone);
        for (_, column) in columns {
            let values = (0..table.rows()).map(|row| column.value(row));
            for country in values.filter_map(phone_country) {
                match found.iter_mut().find(|(other, _)| *other == country) {
                    Some((_, count)) => *count += 1,
                    None => found.push((country, 1)),
                }
            }
        }
        sort_few(&mut found, |&(country, count)| {
            (std::cmp::Reverse(count), country)
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::field;
    use crate::import::Import;
    use crate::limits::Limits;
    use crate::session::{Session, Workspace};

    #[test]
    fn numbers_are_counted_by_country() {
        let mut session = Session::new(Limits::default());
        session.push(
            b"Name,Phone,Fax\nA,+60123456789,+1\nB,+16502530000,\nC,+15062345678,\nD,0123456788,\nE,+60111,\n\
              F,nothing,\nG,+80012345678,\nH,,\nI,+60123456787,\n",
        );
        session.finish().unwrap();
        assert_eq!(session.phone_countries(1), []);
        let import: Import = serde_json::from_str(
            r#"{"purpose": "add", "identifiers": ["phone"], "default_country": "MY", "columns": [
                {"index": 0, "field": "first_name"}, {"index": 1, "field": "phone"}]}"#,
        )
        .unwrap();
        let workspace = Workspace {
            key: [0; 16],
            fields: field::standard(),
            tags: Vec::new(),
        };
        session.configure(&import, &workspace).unwrap();
        assert_eq!(
            session.phone_countries(1),
            [("MY", 3), ("CA", 1), ("US", 1)]
        );
        assert_eq!(session.phone_countries(0), []);
        assert_eq!(session.phone_countries(2), []);
        assert_eq!(session.phone_countries(9), []);
    }
}
