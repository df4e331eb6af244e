//! Numbers by the world's number plans, with libphonenumber's verdicts: digits go in, a number in E.164 and its standing
//! come out.
//!
//! The steps are those of libphonenumber's `parse`, for digits alone: the calling code is split off, or recognised
//! behind the country's own international prefix or without one; then the national prefix goes where it can.

mod digits;

use digits::{Digits, MAX_DIALLED};

use super::tables::{self, DEAD, Entry, State, Validity};

/// The longest national number.
const MAX_NATIONAL: usize = 17;
/// The shortest.
const MIN_NATIONAL: usize = 2;
/// The canonical form of the longest: a sign, a calling code, a national number.
const MAX_TEXT: usize = 1 + 3 + MAX_NATIONAL;
/// More zeros than these in front of a national number are dropped.
const MAX_ZEROS: usize = 10;

/// A country whose number plan is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::value) struct Country(u8);

impl Country {
    /// The country of an alpha-2 code in upper case; none for places without phones of their own.
    pub(in crate::value) fn new(alpha2: &str) -> Option<Self> {
        tables::entry_of(alpha2).map(Self)
    }

    fn entry(self) -> &'static Entry {
        tables::entry(self.0)
    }
}

/// Why digits aren't accepted as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Shorter than the shortest, or complete only within its area.
    TooShort,
    /// Longer than the longest.
    TooLong,
    /// A length in between, or no such calling code.
    Impossible,
    /// Possible, but not valid where only a valid number is taken.
    Invalid,
}

/// What a number's length says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// Some number of the plan has it.
    Possible,
    /// Complete only within its area.
    Local,
    /// Shorter than the shortest.
    TooShort,
    /// Longer than the longest.
    TooLong,
    /// In between.
    Impossible,
}

/// A number that was read, in its canonical form: `+`, a calling code and 2 to 17 digits.
#[derive(Clone, Copy)]
pub(super) struct Number {
    text: [u8; MAX_TEXT],
    length: u8,
    code: u8,
    validity: Validity,
}

impl Number {
    fn new(code: u8, national: &[u8]) -> Result<Self, Refusal> {
        if national.len() < MIN_NATIONAL {
            return Err(Refusal::TooShort);
        }
        if national.len() > MAX_NATIONAL {
            return Err(Refusal::TooLong);
        }
        let national = without_zeros(national);
        let record = tables::code(code);
        let mut text = [0; MAX_TEXT];
        if let Some(start) = text.first_chunk_mut() {
            *start = record.text;
        }
        let mut state = record.plan;
        for (place, digit) in text.iter_mut().skip(record.length()).zip(national) {
            *place = *digit;
            state = tables::step(state, *digit);
        }
        let length = (record.length() + national.len()) as u8;
        let validity = tables::validity(state);
        Ok(Self {
            text,
            length,
            code,
            validity,
        })
    }

    /// `+` and digits.
    pub(super) fn e164(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The same.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    fn national(&self) -> &[u8] {
        self.as_bytes()
            .get(tables::code(self.code).length()..)
            .unwrap_or_default()
    }

    /// The country whose rules count for all numbers of the calling code.
    fn main(&self) -> &'static Entry {
        tables::entry(tables::code(self.code).first)
    }

    /// What its length says.
    fn length(&self) -> Length {
        length(self.main(), self.national().len())
    }

    /// Whether it can be somebody's, somewhere.
    pub(super) fn is_valid(&self) -> bool {
        self.validity.belongs().is_some()
    }

    /// Whether it can be somebody's in this country.
    fn is_valid_in(&self, country: Country) -> bool {
        let place = country.0.wrapping_sub(tables::code(self.code).first);
        country.entry().code == self.code && self.validity.is_valid_in(place)
    }

    /// The number itself if it is possible.
    fn possible(self) -> Result<Self, Refusal> {
        match self.length() {
            Length::Possible => Ok(self),
            Length::Local | Length::TooShort => Err(Refusal::TooShort),
            Length::TooLong => Err(Refusal::TooLong),
            Length::Impossible => Err(Refusal::Impossible),
        }
    }

    /// The number itself if it is valid.
    pub(super) fn valid(self) -> Result<Self, Refusal> {
        self.possible()?.checked(Self::is_valid)
    }

    /// The number itself if it is valid in this country.
    fn valid_in(self, country: Country) -> Result<Self, Refusal> {
        self.possible()?
            .checked(|number| number.is_valid_in(country))
    }

    fn checked(self, is_valid: impl Fn(&Self) -> bool) -> Result<Self, Refusal> {
        is_valid(&self).then_some(self).ok_or(Refusal::Invalid)
    }
}

/// Of more zeros in front than [`MAX_ZEROS`], the rest goes; a last zero counts as the number.
fn without_zeros(national: &[u8]) -> &[u8] {
    if national.first() != Some(&b'0') {
        return national;
    }
    let zeros = national
        .iter()
        .take_while(|&&digit| digit == b'0')
        .count()
        .min(national.len() - 1);
    national
        .get(zeros.saturating_sub(MAX_ZEROS)..)
        .unwrap_or_default()
}

/// Reads the digits after `+`: a possible number.
pub(super) fn international(digits: &[u8]) -> Result<Number, Refusal> {
    settle(parse_international(digits)?)?.possible()
}

/// Whether the digits after `+` surely are a valid number in its canonical form: nothing that looks like a national prefix,
/// no zeros in front. Anything else than digits is none.
pub(super) fn is_canonical(digits: &[u8]) -> bool {
    // From the automaton no other byte comes back.
    let are_digits = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    let code = tables::code_of(digits).filter(|_| are_digits(&digits[..3]));
    let Some(code) = code else {
        return false;
    };
    let record = tables::code(code);
    let main = tables::entry(record.first);
    let national = digits.get(record.length() - 1..).unwrap_or_default();
    let may_change = |first: &u8| *first == b'0' || tables::step(main.national, *first) != DEAD;
    if national.first().is_none_or(may_change) || length(main, national.len()) != Length::Possible {
        return false;
    }
    let end = national
        .iter()
        .fold(record.plan, |state, digit| tables::step(state, *digit));
    tables::validity(end).belongs().is_some()
}

/// The alpha-2 code of the country to which a number in its canonical form belongs; none for services that are
/// everywhere, and numbers that are nobody's.
pub(crate) fn country(e164: &str) -> Option<&'static str> {
    let digits = e164.strip_prefix('+')?.as_bytes();
    let record = tables::code(tables::code_of(digits)?);
    let national = digits.get(record.length() - 1..)?;
    let end = national
        .iter()
        .fold(record.plan, |state, digit| tables::step(state, *digit));
    let place = tables::validity(end).belongs()?;
    let id = str::from_utf8(&tables::entry(record.first + place).id).ok()?;
    (id != "00").then_some(id)
}

/// Reads digits as they are dialled within a country: a valid number of this country, not of another one that shares
/// its calling code or is dialled from there.
pub(super) fn national(digits: &[u8], country: Country) -> Result<Number, Refusal> {
    // Reading again what isn't valid here could make a number of somewhere else of it.
    settle(parse_national(digits, country)?.valid_in(country)?)?.valid_in(country)
}

/// Reads a number again until it no longer changes: some plans drop a prefix, and behind it stands another.
fn settle(mut number: Number) -> Result<Number, Refusal> {
    // Every reading that changes a number makes it shorter or swaps a prefix once, so these are more than enough.
    for _ in 0..2 * MAX_NATIONAL {
        let Some(national) = strip(number.main(), number.national()) else {
            return Ok(number);
        };
        let again = Number::new(number.code, national.as_slice())?;
        if again.as_bytes() == number.as_bytes() {
            return Ok(number);
        }
        number = again;
    }
    Err(Refusal::Impossible)
}

/// As libphonenumber's `parse` of `+` and the digits.
fn parse_international(digits: &[u8]) -> Result<Number, Refusal> {
    if digits.len() <= MIN_NATIONAL {
        return Err(Refusal::TooShort);
    }
    let code = tables::code_of(digits).ok_or(Refusal::Impossible)?;
    // The record's text has the sign besides.
    let national = digits
        .get(tables::code(code).length() - 1..)
        .unwrap_or_default();
    parse_rest(tables::entry(tables::code(code).first), code, national)
}

/// As libphonenumber's `parse` of the digits with the country for default.
fn parse_national(digits: &[u8], country: Country) -> Result<Number, Refusal> {
    if digits.len() < MIN_NATIONAL {
        return Err(Refusal::TooShort);
    }
    let entry = country.entry();
    let behind = prefix(entry.international, digits)
        .and_then(|action| digits.get(usize::from(action.end)..));
    // No calling code begins with 0.
    if let Some(foreign) = behind.filter(|digits| digits.first() != Some(&b'0')) {
        return parse_international(foreign);
    }
    if digits.len() > MAX_DIALLED {
        return Err(Refusal::TooLong);
    }
    if let Some(national) = without_own_code(entry, digits) {
        let main = tables::entry(tables::code(entry.code).first);
        return parse_rest(main, entry.code, national.as_slice());
    }
    parse_rest(entry, entry.code, digits)
}

/// The national number in digits that begin with the country's own calling code, without `+`: where only that makes
/// them a number, or where they are too long otherwise.
fn without_own_code(entry: &Entry, digits: &[u8]) -> Option<Digits> {
    let rest = digits.strip_prefix(tables::code(entry.code).digits())?;
    let national = strip_prefix(entry, rest).or_else(|| Digits::new([rest, &[], &[]]))?;
    let better = !is_general(entry, digits) && is_general(entry, national.as_slice());
    (better || length(entry, digits.len()) == Length::TooLong).then_some(national)
}

/// What is left when the calling code is known, by a country's rules.
fn parse_rest(entry: &Entry, code: u8, national: &[u8]) -> Result<Number, Refusal> {
    if national.len() < MIN_NATIONAL {
        return Err(Refusal::TooShort);
    }
    if national.len() > MAX_DIALLED {
        return Err(Refusal::TooLong);
    }
    match strip(entry, national) {
        Some(stripped) => Number::new(code, stripped.as_slice()),
        None => Number::new(code, national),
    }
}

/// The digits without the national prefix, if they are a number then; else they may be a short one that only looks as if
/// it had a prefix.
#[inline]
fn strip(entry: &Entry, national: &[u8]) -> Option<Digits> {
    // Of most numbers the first digit says that they have none.
    if tables::step(entry.national, *national.first()?) == DEAD {
        return None;
    }
    strip_prefix(entry, national).filter(|stripped| {
        matches!(
            length(entry, stripped.as_slice().len()),
            Length::Possible | Length::TooLong
        )
    })
}

/// The digits without the national prefix, or transformed by it; none where they stay as they are.
fn strip_prefix(entry: &Entry, digits: &[u8]) -> Option<Digits> {
    let action = prefix(entry.national, digits)?;
    let kept = digits.get(usize::from(action.from)..usize::from(action.to))?;
    let stripped = Digits::new([
        action.literal(),
        kept,
        digits.get(usize::from(action.end)..)?,
    ])?;
    // A number that fits the plan must still fit it.
    let spoiled = is_general(entry, digits) && !is_general(entry, stripped.as_slice());
    (!spoiled).then_some(stripped)
}

fn is_general(entry: &Entry, digits: &[u8]) -> bool {
    tables::is_end(
        digits
            .iter()
            .fold(entry.general, |state, digit| tables::step(state, *digit)),
    )
}

/// What the prefix with which digits begin does: the last of the actions that the way through the automaton meets.
fn prefix(first: State, digits: &[u8]) -> Option<&'static tables::Action> {
    let mut state = first;
    let mut found = 0;
    for digit in digits {
        if state == DEAD {
            return tables::action(found);
        }
        let [here, _] = tables::actions(state);
        found = if here == 0 { found } else { here };
        state = tables::step(state, *digit);
    }
    let [_, ending] = tables::actions(state);
    tables::action(if ending == 0 { found } else { ending })
}

fn length(entry: &Entry, digits: usize) -> Length {
    let lengths = u32::from(entry.lengths) << MIN_NATIONAL;
    let bit = 1u32.checked_shl(digits as u32).unwrap_or(0);
    if (u32::from(entry.local_lengths) << MIN_NATIONAL) & bit != 0 {
        Length::Local
    } else if lengths & bit != 0 {
        Length::Possible
    } else if digits < lengths.trailing_zeros() as usize {
        Length::TooShort
    } else if digits > MAX_NATIONAL || bit > lengths {
        Length::TooLong
    } else {
        Length::Impossible
    }
}

#[cfg(test)]
mod tests;
