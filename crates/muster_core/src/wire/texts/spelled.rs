//! Texts byte by byte, each byte in a code for the two before it: names are put together from a few syllables. What
//! occurs again and again is spelled once.

use std::cmp::Reverse;

use super::Texts;
use crate::identity::Map;
use crate::order::sort;
use crate::wire::bytes::{ENDS, NOT_TEXT, Reader, Writer, ascends, put_number, take_number};
use crate::wire::huffman::{Code, Table, codes, lengths};
use crate::wire::numbers::{BitReader, BitWriter};
use crate::wire::pack::Packed;
use crate::wire::{WireError, check};

/// Ends a text, and stands before each: a byte that no text has.
const END: u8 = 0xff;
/// A text that occurs so often is spelled once.
const OFTEN: u32 = 4;
/// Bytes that follow the same two bytes, or the same one, before these have a code of their own.
const OWN: [u32; 2] = [56, 40];

impl Writer {
    /// Which of them occur often, then these and the others, spelled.
    pub(super) fn spelled(&mut self, texts: &[&str], counts: &Map<&str, u32>) {
        let often = counts.iter().filter(|(_, count)| **count >= OFTEN);
        let mut often: Vec<(Reverse<u32>, &str)> = often
            .map(|(text, count)| (Reverse(*count), *text))
            .collect();
        sort(&mut often);
        let numbers: Map<&str, u32> = (1..).zip(&often).map(|(at, often)| (often.1, at)).collect();
        let number = |text: &&str| numbers.get(text).copied().unwrap_or(0);
        let positions: Vec<u32> = texts.iter().map(number).collect();
        self.count(often.len());
        self.numbers(&positions);
        let others = texts.iter().zip(&positions).filter(|(_, at)| **at == 0);
        let all: Vec<&str> = often
            .iter()
            .map(|often| often.1)
            .chain(others.map(|(text, _)| *text))
            .collect();
        self.letters(&all);
    }

    fn letters(&mut self, texts: &[&str]) {
        let bytes = || texts.iter().flat_map(|text| text.bytes().chain([END]));
        let mut places = [None; 256];
        for byte in bytes() {
            places[usize::from(byte)] = Some(0);
        }
        let mut alphabet = Vec::with_capacity(256);
        for (place, byte) in places.iter_mut().zip(0..=u8::MAX) {
            if place.is_some() {
                *place = Some(alphabet.len());
                alphabet.push(byte);
            }
        }
        let wide = alphabet.len();
        let letters: Vec<u8> = bytes()
            .map(|byte| places[usize::from(byte)].unwrap_or_default() as u8)
            .collect();
        let mut pairs = vec![0_u32; wide * wide];
        each(&letters, wide, |before, _| pairs[before] += 1);
        let own = own(&pairs, wide);
        // Which code follows what; the first is for all that is rare.
        let of: Vec<u16> = following(wide, &own, (0..).take(1 + own[0].len() + own[1].len()));
        let mut counts = vec![0_u32; (1 + own[0].len() + own[1].len()) * wide];
        each(&letters, wide, |before, letter| {
            counts[usize::from(of[before]) * wide + letter] += 1;
        });
        let lengths: Vec<u8> = counts.chunks(wide).flat_map(lengths).collect();
        let codes: Vec<(u16, u8)> = lengths.chunks(wide).flat_map(codes).collect();
        let mut table = Vec::with_capacity(lengths.len() + 512);
        put_number(&mut table, wide as u64);
        table.extend(&alphabet);
        for own in &own {
            put_number(&mut table, own.len() as u64);
            let mut last = 0;
            for &at in own {
                put_number(&mut table, (at - last) as u64);
                last = at;
            }
        }
        table.extend(&lengths);
        self.packed(&Packed::new(&table));
        let mut bits = BitWriter::default();
        each(&letters, wide, |before, letter| {
            let (code, many) = codes[usize::from(of[before]) * wide + letter];
            bits.put(u64::from(code), u32::from(many));
        });
        let bits = bits.finish();
        self.count(letters.len() - texts.len());
        self.count(bits.len());
        self.raw(&bits);
    }
}

/// Calls with every letter and where what follows the two before it stands: by the last one, then by the one before
/// it. Before the first one stand ends, which are the last letter of every alphabet.
fn each(letters: &[u8], wide: usize, mut call: impl FnMut(usize, usize)) {
    let mut before = wide * wide - 1;
    for &letter in letters {
        call(before, usize::from(letter));
        before = next(before, letter, wide);
    }
}

#[inline(always)]
fn next(before: usize, letter: u8, wide: usize) -> usize {
    usize::from(letter) * wide + before / wide
}

/// The letters, and the pairs of them, that have codes of their own.
fn own(pairs: &[u32], wide: usize) -> [Vec<usize>; 2] {
    let rare = |pairs: &[u32]| -> u32 { pairs.iter().filter(|many| **many < OWN[0]).sum() };
    let letters = pairs.chunks(wide).enumerate();
    let letters = letters.filter(|(_, pairs)| rare(pairs) >= OWN[1]);
    let often = pairs
        .iter()
        .enumerate()
        .filter(|(_, many)| **many >= OWN[0]);
    [
        letters.map(|(at, _)| at).collect(),
        often.map(|(at, _)| at).collect(),
    ]
}

/// The code of everything that may follow: the first one, those of letters, those of pairs.
fn following<T: Copy + Default>(
    wide: usize,
    own: &[Vec<usize>; 2],
    mut codes: impl Iterator<Item = T>,
) -> Vec<T> {
    let mut of = vec![codes.next().unwrap_or_default(); wide * wide];
    for (&last, code) in own[0].iter().zip(&mut codes) {
        of[last * wide..][..wide].fill(code);
    }
    for (&at, code) in own[1].iter().zip(codes) {
        of[at] = code;
    }
    of
}

impl Reader<'_> {
    /// What [`Writer::spelled`] wrote.
    pub(super) fn spelled(&mut self, count: usize) -> Result<Texts, WireError> {
        let often = self.distinct(count)?;
        let positions = self.positions(count, often + 1)?;
        let others = positions.iter().filter(|at| **at == 0).count();
        let mut texts = self.letters(often + others)?;
        let (often, others) = texts.spans.split_at(often);
        let mut others = others.iter();
        let span = |at: u32| match (at as usize).checked_sub(1) {
            None => others.next().copied().unwrap_or_default(),
            Some(at) => often[at],
        };
        texts.spans = positions.into_iter().map(span).collect();
        Ok(texts)
    }

    fn letters(&mut self, count: usize) -> Result<Texts, WireError> {
        let packed = self.packed()?;
        let (alphabet, table, of) = self.spelling(&packed)?;
        let bytes = usize::try_from(self.number()?).map_err(|_| WireError::TooLarge)?;
        self.spend_bytes(bytes)?;
        let length = self.length()?;
        let mut bits = BitReader::new(self.raw(length)?);
        let mut text = Vec::with_capacity(bytes);
        let mut spans = Vec::with_capacity(count);
        let wide = alphabet.len();
        let (end, mut last, mut before) = (wide - 1, wide - 1, wide - 1);
        let mut start = 0;
        while spans.len() < count {
            let letter = table
                .take(of[last * wide + before], &mut bits)
                .ok_or(ENDS)?;
            (before, last) = (last, usize::from(letter));
            if last == end {
                spans.push((start, text.len() as u32));
                start = text.len() as u32;
            } else {
                check(text.len() < bytes, "bytes are left over")?;
                text.push(alphabet[last]);
            }
        }
        bits.finish()?;
        check(text.len() == bytes, "it ends too early")?;
        let text = String::from_utf8(text).map_err(|_| NOT_TEXT)?;
        let whole = |&(start, _): &(u32, u32)| text.is_char_boundary(start as usize);
        check(spans.iter().all(whole), "a text has no end")?;
        Ok(Texts { text, spans })
    }

    /// The letters, the codes, and which of them follows what.
    fn spelling<'p>(
        &mut self,
        packed: &'p [u8],
    ) -> Result<(&'p [u8], Table, Vec<Code>), WireError> {
        let mut rest = packed;
        let wide = take_number(&mut rest)?;
        let parts = usize::try_from(wide)
            .ok()
            .and_then(|wide| rest.split_at_checked(wide));
        let (alphabet, mut rest) = parts.ok_or(ENDS)?;
        let ends = alphabet.last() == Some(&END);
        check(ends && ascends(alphabet), "an alphabet has no end")?;
        let wide = alphabet.len();
        let mut own = [const { Vec::new() }; 2];
        for (own, most) in own.iter_mut().zip([wide, wide * wide]) {
            let many = take_number(&mut rest)?;
            check(many <= rest.len() as u64, "it ends too early")?;
            let mut last = 0_u64;
            for _ in 0..many {
                last = last.saturating_add(take_number(&mut rest)?);
                check(last < most as u64, "a code has no place")?;
                own.push(last as usize);
            }
            check(ascends(own.iter()), "a code has no place")?;
        }
        let many = 1 + own[0].len() + own[1].len();
        check(rest.len() == many * wide, "a code is missing")?;
        let mut entries = wide * wide;
        for lengths in rest.chunks(wide) {
            entries += Table::size(lengths)?;
        }
        self.spend_cells(entries)?;
        let mut table = Table::default();
        let codes = rest.chunks(wide).map(|lengths| table.push(lengths));
        let of = following(wide, &own, codes);
        Ok((alphabet, table, of))
    }
}
