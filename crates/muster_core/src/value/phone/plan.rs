//! Numbers by the world's number plans, with libphonenumber's verdicts: digits go in, a number in E.164 and its standing
//! come out.
//!
//! The steps are those of libphonenumber's `parse`, for digits alone: the calling code is split off, or recognised
//! behind the country's own international prefix or without one; then the national prefix goes where it can.

use super::tables::{self, DEAD, Entry, State, Validity};

/// The longest national number.
const MAX_NATIONAL: usize = 17;
/// The shortest.
const MIN_NATIONAL: usize = 2;
/// No number is longer, all its prefixes included; `tables.bin` is made so that none removes more.
const MAX_DIALLED: usize = 40;
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

/// What a length says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
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

/// Digits in place, enough for a national number and what is dialled before it.
#[derive(Clone, Copy)]
struct Digits {
    bytes: [u8; MAX_DIALLED],
    length: usize,
}

impl Digits {
    fn new(parts: [&[u8]; 3]) -> Option<Self> {
        let mut digits = Self {
            bytes: [0; MAX_DIALLED],
            length: 0,
        };
        for part in parts {
            let end = digits.length + part.len();
            digits
                .bytes
                .get_mut(digits.length..end)?
                .copy_from_slice(part);
            digits.length = end;
        }
        Some(digits)
    }

    fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// A number that was read: it has a calling code and 2 to 17 digits.
#[derive(Clone, Copy)]
pub(super) struct Number {
    code: u8,
    national: Digits,
}

impl Number {
    fn new(code: u8, national: &[u8]) -> Result<Self, Refusal> {
        if national.len() < MIN_NATIONAL {
            return Err(Refusal::TooShort);
        }
        if national.len() > MAX_NATIONAL {
            return Err(Refusal::TooLong);
        }
        let zeros = national
            .iter()
            .take_while(|&&digit| digit == b'0')
            .count()
            .min(national.len() - 1);
        let national = national
            .get(zeros.saturating_sub(MAX_ZEROS)..)
            .unwrap_or_default();
        let national = Digits::new([national, &[], &[]]).ok_or(Refusal::TooLong)?;
        Ok(Self { code, national })
    }

    /// Its length, by the rules of the calling code's main country.
    pub(super) fn length(&self) -> Length {
        length(
            tables::entry(tables::code(self.code).first),
            self.national.length,
        )
    }

    /// Where it is valid.
    fn validity(&self) -> Validity {
        let end = tables::walk(tables::code(self.code).plan, self.national.as_slice());
        tables::validity(tables::label(end))
    }

    /// Whether it can be somebody's, somewhere.
    pub(super) fn is_valid(&self) -> bool {
        self.validity().belongs().is_some()
    }

    /// Whether it can be somebody's in this country.
    #[cfg(test)]
    fn is_valid_in(&self, country: Country) -> bool {
        let place = country.0.wrapping_sub(tables::code(self.code).first);
        country.entry().code == self.code && self.validity().is_valid_in(place)
    }

    fn refusal(&self) -> Option<Refusal> {
        match self.length() {
            Length::Possible => None,
            Length::Local | Length::TooShort => Some(Refusal::TooShort),
            Length::TooLong => Some(Refusal::TooLong),
            Length::Impossible => Some(Refusal::Impossible),
        }
    }

    /// `+` and digits.
    pub(super) fn e164(&self) -> E164 {
        let (code, length) = tables::code(self.code).digits();
        let parts = [
            b"+",
            code.get(..length).unwrap_or_default(),
            self.national.as_slice(),
        ];
        // A sign, 3 and 17 digits always fit.
        E164(Digits::new(parts).unwrap_or(Digits {
            bytes: [0; MAX_DIALLED],
            length: 0,
        }))
    }
}

/// A number's canonical form.
#[derive(Clone, Copy)]
pub(super) struct E164(Digits);

impl E164 {
    pub(super) fn as_str(&self) -> &str {
        str::from_utf8(self.0.as_slice()).unwrap_or_default()
    }
}

/// Reads the digits after `+`: a possible number, read again until it no longer changes.
pub(super) fn international(digits: &[u8]) -> Result<Number, Refusal> {
    settle(parse_international(digits)?)
}

/// Reads digits as they are dialled within a country: a valid number.
pub(super) fn national(digits: &[u8], country: Country) -> Result<Number, Refusal> {
    let number = parse_national(digits, country)?;
    // Reading again what isn't valid here could make a number of somewhere else of it.
    if !number.is_valid() {
        return Err(number.refusal().unwrap_or(Refusal::Invalid));
    }
    settle(number).and_then(|number| {
        if number.is_valid() {
            Ok(number)
        } else {
            Err(Refusal::Invalid)
        }
    })
}

/// Some plans drop a prefix, and behind it stands another.
fn settle(mut number: Number) -> Result<Number, Refusal> {
    let main = tables::entry(tables::code(number.code).first);
    // Every reading that changes a number makes it shorter or swaps a prefix once: a few are always enough.
    for _ in 0..8 {
        let again = read_rest(main, number.code, number.national.as_slice())?;
        if again.national.as_slice() == number.national.as_slice() {
            return number.refusal().map_or(Ok(number), Err);
        }
        number = again;
    }
    Err(Refusal::Impossible)
}

fn parse_international(digits: &[u8]) -> Result<Number, Refusal> {
    if digits.len() <= MIN_NATIONAL {
        return Err(Refusal::TooShort);
    }
    let code = tables::code_of(digits).ok_or(Refusal::Impossible)?;
    let (_, length) = tables::code(code).digits();
    let national = digits.get(length..).unwrap_or_default();
    read_rest(tables::entry(tables::code(code).first), code, national)
}

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
        return read_rest(main, entry.code, national.as_slice());
    }
    read_rest(entry, entry.code, digits)
}

/// The national number in digits that begin with the country's own calling code, without `+`: where only that makes
/// them a number, or where they are too long otherwise.
fn without_own_code(entry: &Entry, digits: &[u8]) -> Option<Digits> {
    let (code, length) = tables::code(entry.code).digits();
    let rest = digits.strip_prefix(code.get(..length)?)?;
    let national = strip_national_prefix(entry, rest).or_else(|| Digits::new([rest, &[], &[]]))?;
    let better = !is_general(entry, digits) && is_general(entry, national.as_slice());
    (better || self::length(entry, digits.len()) == Length::TooLong).then_some(national)
}

/// Reads what is left when the calling code is known, by a country's rules.
fn read_rest(entry: &Entry, code: u8, national: &[u8]) -> Result<Number, Refusal> {
    if national.len() < MIN_NATIONAL {
        return Err(Refusal::TooShort);
    }
    if national.len() > MAX_DIALLED {
        return Err(Refusal::TooLong);
    }
    if let Some(stripped) = strip_national_prefix(entry, national) {
        // Else it may be a short number that only looks as if it had a prefix.
        if matches!(
            length(entry, stripped.length),
            Length::Possible | Length::TooLong
        ) {
            return Number::new(code, stripped.as_slice());
        }
    }
    Number::new(code, national)
}

/// The digits without the national prefix, or transformed by it; none where they stay as they are.
fn strip_national_prefix(entry: &Entry, digits: &[u8]) -> Option<Digits> {
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
    tables::label(tables::walk(entry.general, digits)) != 0
}

/// What the prefix with which digits begin does: the last of the actions that the way through the automaton meets.
fn prefix(first: State, digits: &[u8]) -> Option<&'static tables::Action> {
    let mut state = first;
    let mut found = 0;
    for digit in digits {
        if state == DEAD {
            return tables::action(found);
        }
        let [here, _] = tables::label(state).to_le_bytes();
        found = if here == 0 { found } else { here };
        state = tables::step(state, digit.wrapping_sub(b'0'));
    }
    let [_, ending] = tables::label(state).to_le_bytes();
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
