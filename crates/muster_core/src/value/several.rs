//! Several values in one cell, as Google's exports write them: ` ::: ` stands between them.

use super::trim;

const BETWEEN: &str = " ::: ";
/// The label that Google puts on every contact.
const EVERYONE: &str = "* myContacts";

/// The first of several values; none if there is only one.
pub(super) fn first(value: &str) -> Option<&str> {
    // Looking for one byte is what most cells cost.
    if !value.as_bytes().contains(&b':') {
        return None;
    }
    value.split_once(BETWEEN).map(|(first, _)| trim(first))
}

/// Labels as a list of tags, without the one that everybody has; none if the cell is a list already.
pub(super) fn labels(value: &str) -> Option<String> {
    if value != EVERYONE && first(value).is_none() {
        return None;
    }
    let labels: Vec<&str> = value
        .split(BETWEEN)
        .map(trim)
        .filter(|label| *label != EVERYONE)
        .collect();
    Some(labels.join(","))
}

#[cfg(test)]
mod tests {
    use crate::field;
    use crate::import::Format;
    use crate::issue::Code;
    use crate::limits::Limits;
    use crate::value::{FormatFinder, Reader, Reading};

    fn check(key: &str, cell: &str, canonical: &str, warning: Option<Code>) {
        let fields = field::standard();
        let field = fields.iter().find(|field| field.key == key).unwrap();
        let reading = Reader::new(field, &Limits::default(), Format::International, None)
            .read(cell, None)
            .into_owned();
        let wanted = match canonical {
            "" => Reading::Empty,
            _ => Reading::Value {
                canonical: canonical.into(),
                warning,
            },
        };
        assert_eq!(reading, wanted, "{cell}");
    }

    #[test]
    fn phones_and_emails_take_the_first() {
        check(
            "phone",
            "+60 12-345 6789 ::: +60 3-1234 5678",
            "+60123456789",
            Some(Code::MoreValues),
        );
        check(
            "email",
            "A@Example.com ::: b@example.com",
            "a@example.com",
            Some(Code::MoreValues),
        );
        check("first_name", "A ::: B", "A ::: B", None);
    }

    #[test]
    fn tags_take_all_but_everyones() {
        check(
            "tags",
            "Customers ::: VIP ::: * myContacts",
            "Customers,VIP",
            None,
        );
        check("tags", "* myContacts", "", None);
        check("tags", "VIP ::: vip ::: * starred", "VIP,* starred", None);
    }

    #[test]
    fn formats_are_found_from_the_first() {
        let mut finder = FormatFinder::new(field::FieldType::Phone, Format::Auto, ',');
        finder.see("60123456789 ::: 012-345 6789");
        assert_eq!(finder.resolve(), Format::International);
    }
}
