//! Texts that are numbers in disguise: dates and phone numbers.

use super::Texts;
use crate::order::sort_apart;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::numbers::{BitReader, BitWriter};
use crate::wire::{WireError, check};

/// Digits of a phone number that are likely to be those of other numbers.
const BEGIN: usize = 3;
/// Digits of a phone number at most.
const DIGITS: usize = 18;

impl Writer {
    /// Of each its first digits and the others.
    pub(super) fn phones(&mut self, phones: &[(u32, u32, u64)]) {
        let mut shapes: Vec<u32> = phones.iter().map(|&(shape, ..)| shape).collect();
        sort_apart(&mut shapes);
        self.count(shapes.len());
        self.numbers(&shapes);
        let positions: Vec<u32> = phones
            .iter()
            .map(|(shape, ..)| shapes.partition_point(|other| other < shape) as u32)
            .collect();
        self.numbers(&positions);
        let mut bits = BitWriter::default();
        for &(_, others, number) in phones {
            bits.put(number, width(others as usize));
        }
        self.raw(&bits.finish());
    }
}

impl Reader<'_> {
    /// What [`Writer::phones`] wrote.
    pub(super) fn phones(&mut self, count: usize) -> Result<Texts, WireError> {
        let many = self.distinct(count)?;
        let shapes = self.smalls(many)?;
        let digits = |shape: u32| (shape / 1_000) as usize;
        let known = |&shape: &u32| (BEGIN..=DIGITS).contains(&digits(shape));
        check(
            shapes.iter().all(known),
            "a phone number has no such length",
        )?;
        let of_each = self.positions(count, many)?;
        let shape = |at: u32| shapes[at as usize];
        let (mut bytes, mut wide) = (0, 0);
        for &at in &of_each {
            bytes += digits(shape(at)) + 1;
            wide += width(digits(shape(at)) - BEGIN) as usize;
        }
        let mut bits = BitReader::new(self.raw(wide.div_ceil(8))?);
        self.spend_bytes(bytes)?;
        let mut texts = Texts {
            text: String::with_capacity(bytes),
            spans: Vec::with_capacity(count),
        };
        for at in of_each {
            let (begin, others) = (shape(at) % 1_000, digits(shape(at)) - BEGIN);
            let number = bits.take(width(others))?;
            check(number < power(others), "a phone number has too many digits")?;
            put_phone(&mut texts, begin, others, number);
        }
        bits.finish()?;
        Ok(texts)
    }
}

/// The number of a date among all that can be written; none for what is no date.
pub(super) fn day_number(text: &str) -> Option<u32> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    let [y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0] = *bytes else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number: u32, digit| {
            let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'));
            digit.map(|digit| number * 10 + digit)
        })
    };
    let (year, month, day) = (
        number(&[y3, y2, y1, y0])?,
        number(&[m1, m0])?,
        number(&[d1, d0])?,
    );
    let (month, day) = (month.checked_sub(1)?, day.checked_sub(1)?);
    (month < 12 && day < 31).then(|| (year * 12 + month) * 31 + day)
}

pub(super) fn put_day(texts: &mut Texts, number: u32) {
    let (year, month, day) = (number / 372, number / 31 % 12 + 1, number % 31 + 1);
    let start = texts.text.len() as u32;
    put_digits(&mut texts.text, 4, u64::from(year));
    texts.text.push('-');
    put_digits(&mut texts.text, 2, u64::from(month));
    texts.text.push('-');
    put_digits(&mut texts.text, 2, u64::from(day));
    texts.spans.push((start, texts.text.len() as u32));
}

/// Of `+` and digits: how many there are and how they begin, how many others there are, and those.
pub(super) fn digits(text: &str) -> Option<(u32, u32, u64)> {
    let digits = text.strip_prefix('+')?;
    if !(BEGIN..=DIGITS).contains(&digits.len())
        || !digits.bytes().all(|digit| digit.is_ascii_digit())
    {
        return None;
    }
    let (begin, others) = digits.split_at(BEGIN);
    let shape = digits.len() as u32 * 1_000 + begin.parse::<u32>().ok()?;
    let number = if others.is_empty() {
        0
    } else {
        others.parse().ok()?
    };
    Some((shape, others.len() as u32, number))
}

fn put_phone(texts: &mut Texts, begin: u32, others: usize, number: u64) {
    let start = texts.text.len() as u32;
    texts.text.push('+');
    put_digits(&mut texts.text, BEGIN, u64::from(begin));
    put_digits(&mut texts.text, others, number);
    texts.spans.push((start, texts.text.len() as u32));
}

fn put_digits(text: &mut String, many: usize, number: u64) {
    for at in (0..many).rev() {
        text.push(char::from(b'0' + (number / power(at) % 10) as u8));
    }
}

/// How many numbers there are of so many digits.
fn power(digits: usize) -> u64 {
    10_u64.pow(digits as u32)
}

/// The bits that hold each of them.
fn width(digits: usize) -> u32 {
    u64::BITS - (power(digits) - 1).leading_zeros()
}
