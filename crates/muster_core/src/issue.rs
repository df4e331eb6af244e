//! The table of issue codes: slug, usual severity, one line of meaning. Plain data, no prose for people:
//! the sentences live in `www/src/text/<language>.json`, keyed by the slug.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How much an issue weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Why a row was skipped.
    Info,
    /// Never stops a row.
    Warning,
    /// Makes its row an error.
    Error,
    /// Refuses the whole file.
    Refusal,
}

macro_rules! codes {
    ($($name:ident $slug:literal $severity:ident $meaning:literal;)*) => {
        /// A stable name of something that was found in a file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Code { $(#[doc = $meaning] $name,)* }

        impl Code {
            /// Every code, in the table's order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The name that travels and that sentences are keyed by.
            pub const fn slug(self) -> &'static str {
                match self { $(Code::$name => $slug,)* }
            }

            /// The severity that the code has unless the rule at hand says otherwise: under
            /// `leave_out` a cell's error is a warning, and `duplicate_in_file` may skip or refuse.
            pub const fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }

            /// One line for whoever reads the table.
            pub const fn meaning(self) -> &'static str {
                match self { $(Code::$name => $meaning,)* }
            }
        }
    };
}

// The order is the number on the wire: append only.
codes! {
    // The whole file
    FileEmpty "file_empty" Refusal "The file has no bytes.";
    FileTooLarge "file_too_large" Refusal "The file has more bytes than the limit.";
    NotCsv "not_csv" Refusal "The content is not CSV, whatever the name says.";
    NoDataRows "no_data_rows" Refusal "There is nothing below the header.";
    TooManyRows "too_many_rows" Refusal "There are more data rows than the limit.";
    // Records
    TooFewCells "too_few_cells" Warning "The record is shorter than the header; what is missing counts as empty.";
    TooManyCells "too_many_cells" Error "The record has a value beyond the header's last cell.";
    StrayQuote "stray_quote" Warning "A quote stands inside an unquoted cell; an error where an unclosed quote was being looked for.";
    TextAfterQuote "text_after_quote" Error "Text follows a closing quote.";
    UnclosedQuote "unclosed_quote" Error "A quote opens and never closes properly.";
    // Cells of every type
    Undecodable "undecodable" Error "The cell's bytes are not text in the file's encoding.";
    ControlCharacter "control_character" Error "An invisible control character stands inside the value.";
    SpreadsheetDamaged "spreadsheet_damaged" Error "A spreadsheet replaced the value by an error or a rounded number.";
    // Cells of one type
    TooLong "too_long" Error "The value has more characters than its field takes.";
    ContactIdInvalid "contact_id_invalid" Error "A contact id is 1 to 18 digits.";
    PhoneCountryCodeMissing "phone_country_code_missing" Error "The number has no country code and no country is known for it.";
    PhoneTooShort "phone_too_short" Error "The number has fewer digits than any of its country.";
    PhoneTooLong "phone_too_long" Error "The number has more digits than any of its country.";
    PhoneInvalid "phone_invalid" Error "This cannot be a phone number.";
    EmailInvalid "email_invalid" Error "This cannot be an e-mail address.";
    CountryUnknown "country_unknown" Error "No country has this code or name.";
    LanguageUnknown "language_unknown" Error "No language has this code or name.";
    TooManyTags "too_many_tags" Error "The cell has more tags than the limit.";
    NotAnOption "not_an_option" Error "The list has no such option.";
    CheckboxInvalid "checkbox_invalid" Error "Neither a yes nor a no.";
    NumberInvalid "number_invalid" Error "This cannot be a decimal number.";
    NumberAmbiguous "number_ambiguous" Error "The number reads differently by point and by comma.";
    UrlInvalid "url_invalid" Error "This cannot be a web address.";
    DateInvalid "date_invalid" Error "This cannot be a date.";
    DateAmbiguous "date_ambiguous" Error "Day and month could be either way round.";
    TimeInvalid "time_invalid" Error "This cannot be a time of day.";
    // Warnings about values
    PhoneUnassigned "phone_unassigned" Warning "The number's length fits, but no such range is known to be assigned.";
    ValueConverted "value_converted" Warning "The value was read in another form than it was written.";
    MoreValues "more_values" Warning "The cell holds several values; the first is taken.";
    Placeholder "placeholder" Warning "The value looks like a word for nothing.";
    Mojibake "mojibake" Warning "The text was decoded with the wrong encoding once.";
    // Matching
    MissingIdentifier "missing_identifier" Error "None of the identifiers has a value.";
    AmbiguousMatch "ambiguous_match" Error "Several contacts have this identifier.";
    UnknownContactId "unknown_contact_id" Error "No contact has this id.";
    FirstNameRequired "first_name_required" Error "A new contact needs a first name.";
    DuplicateInFile "duplicate_in_file" Info "Another row of the file is about the same contact.";
    AlreadyExists "already_exists" Info "The contact exists, and the purpose only adds.";
    NotFound "not_found" Info "No such contact exists, and the purpose only updates.";
    LeftOut "left_out" Info "The person left the row out.";
    IdentityConflict "identity_conflict" Warning "Another identifier of the row belongs to a different contact.";
    // At apply
    ChangedSincePreview "changed_since_preview" Error "The contact was changed after the preview.";
    RefusedByServer "refused_by_server" Error "The server's own check refused the row's values.";
    NotApplied "not_applied" Error "The import failed before this row.";
    Stopped "stopped" Info "The import was stopped before this row.";
}

impl Code {
    /// The code of a slug.
    ///
    /// ```
    /// use muster_core::issue::Code;
    /// assert_eq!(Code::from_slug("phone_invalid"), Some(Code::PhoneInvalid));
    /// ```
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.slug() == slug)
    }

    /// The code of a number on the wire.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The number on the wire.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let slug = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::from_slug(&slug)
            .ok_or_else(|| serde::de::Error::custom(format!("there is no code “{slug}”")))
    }
}

/// One finding about a row, as people and programs see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// What was found.
    pub code: Code,
    /// What it does to the row here.
    pub severity: Severity,
    /// The column's index in the file; none for the whole record.
    pub column: Option<u32>,
    /// The value concerned, as the file has it after trimming; empty for the whole record.
    pub value: String,
    /// What a person would most likely put instead.
    pub suggestion: Option<String>,
    /// `ambiguous_match`: the contacts, ten at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<u64>,
    /// `duplicate_in_file`: the row that is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_row: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_found_by_slug_and_number() {
        for &code in Code::ALL {
            assert_eq!(Code::from_slug(code.slug()), Some(code));
            assert_eq!(Code::from_number(code.number()), Some(code));
        }
        assert_eq!(Code::from_number(255), None);
    }
}
