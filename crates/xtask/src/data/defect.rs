//! Everything that can be wrong with a row and is read today.

use muster_core::issue::Code;

/// What a defect makes of its row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// The row is an error.
    Error,
    /// The row is skipped.
    Skip,
    /// The row goes its way with a warning.
    Warn,
}

macro_rules! defects {
    ($($name:ident $slug:literal $code:ident $effect:ident;)*) => {
        /// A kind of broken row.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Defect { $($name,)* }

        impl Defect {
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in the manifest; that of the code, unless one code has several causes.
            pub(super) const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// What is found in the row.
            pub(super) const fn code(self) -> Code {
                match self { $(Self::$name => Code::$code,)* }
            }

            pub(super) const fn effect(self) -> Effect {
                match self { $(Self::$name => Effect::$effect,)* }
            }
        }
    };
}

defects! {
    TooManyCells "too_many_cells" TooManyCells Error;
    TextAfterQuote "text_after_quote" TextAfterQuote Error;
    UnclosedQuote "unclosed_quote" UnclosedQuote Error;
    StrayQuoteAfterUnclosed "stray_quote_after_unclosed" StrayQuote Error;
    Undecodable "undecodable" Undecodable Error;
    ControlCharacter "control_character" ControlCharacter Error;
    SpreadsheetDamaged "spreadsheet_damaged" SpreadsheetDamaged Error;
    NameTooLong "name_too_long" TooLong Error;
    TagTooLong "tag_too_long" TooLong Error;
    TooManyTags "too_many_tags" TooManyTags Error;
    PhoneCountryCodeMissing "phone_country_code_missing" PhoneCountryCodeMissing Error;
    PhoneTooShort "phone_too_short" PhoneTooShort Error;
    PhoneTooLong "phone_too_long" PhoneTooLong Error;
    PhoneInvalid "phone_invalid" PhoneInvalid Error;
    EmailInvalid "email_invalid" EmailInvalid Error;
    CountryUnknown "country_unknown" CountryUnknown Error;
    LanguageUnknown "language_unknown" LanguageUnknown Error;
    DateInvalid "date_invalid" DateInvalid Error;
    DateAmbiguous "date_ambiguous" DateAmbiguous Error;
    MissingIdentifier "missing_identifier" MissingIdentifier Error;
    FirstNameRequired "first_name_required" FirstNameRequired Error;
    AmbiguousMatch "ambiguous_match" AmbiguousMatch Error;
    DuplicateKey "duplicate_key" DuplicateInFile Skip;
    DuplicateContact "duplicate_contact" DuplicateInFile Skip;
    TooFewCells "too_few_cells" TooFewCells Warn;
    StrayQuote "stray_quote" StrayQuote Warn;
    VerticalTab "vertical_tab" ValueConverted Warn;
    DateTime "date_time" ValueConverted Warn;
    PhoneUnassigned "phone_unassigned" PhoneUnassigned Warn;
    IdentityConflict "identity_conflict" IdentityConflict Warn;
}
