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

/// Where what may follow two bytes stands: by the last one, then by the one before it.
fn context(before: u8, last: u8) -> usize {
    usize::from(last) << 8 | usize::from(before)
}

impl Writer {
    /// Which of them occur often, then these and the others, spelled.
    pub(super) fn spelled(&mut self, texts: &[&str], counts: &Map<&str, u32>) {
        let often = counts.iter().filter(|(_, count)| **count >= OFTEN);
        let mut often: Vec<(Reverse<u32>, &str)> =
            often.map(|(text, count)| (Reverse(*count), *text)).collect();
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
        let mut pairs = vec![0_u32; 1 << 16];
        let mut before = context(END, END);
        for byte in bytes() {
            pairs[before] += 1;
            before = next(before, byte);
        }
        let alphabet: Vec<u8> = (0..=u8::MAX)
            .filter(|&byte| pairs[usize::from(byte) << 8..][..256].iter().any(|many| *many > 0))
            .collect();
        // Which code each context has: 0 is for all that are rare.
        let mut of = vec![0_u16; 1 << 16];
        let mut own: [Vec<usize>; 2] = [Vec::new(), Vec::new()];
        for &last in &alphabet {
            let here = usize::from(last) << 8;
            let rare = pairs[here..][..256].iter().filter(|many| **many < OWN[0]);
            if rare.sum::<u32>() >= OWN[1] {
                own[0].push(usize::from(last));
                of[here..][..256].fill(own[0].len() as u16);
            }
        }
        for (at, _) in pairs.iter().enumerate().filter(|(_, many)| **many >= OWN[0]) {
            own[1].push(at);
            of[at] = (own[0].len() + own[1].len()) as u16;
        }
        let codes_in_all = 1 + own[0].len() + own[1].len();
        let mut places = [0_u8; 256];
        for (at, &byte) in (0..).zip(&alphabet) {
            places[usize::from(byte)] = at;
        }
        let wide = alphabet.len();
        let mut counts = vec![0_u32; codes_in_all * wide];
        let mut before = context(END, END);
        for byte in bytes() {
            counts[usize::from(of[before]) * wide + usize::from(places[usize::from(byte)])] += 1;
            before = next(before, byte);
        }
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
        let mut before = context(END, END);
        for byte in bytes() {
            let place = usize::from(of[before]) * wide + usize::from(places[usize::from(byte)]);
            let (code, many) = codes[place];
            bits.put(u64::from(code), u32::from(many));
            before = next(before, byte);
        }
        let bits = bits.finish();
        self.count(texts.iter().map(|text| text.len()).sum());
        self.count(bits.len());
        self.raw(&bits);
    }
}

fn next(before: usize, byte: u8) -> usize {
    usize::from(byte) << 8 | before >> 8
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
        let (table, of) = self.contexts()?;
        let bytes = usize::try_from(self.number()?).map_err(|_| WireError::TooLarge)?;
        self.spend_bytes(bytes)?;
        let length = self.length()?;
        let mut bits = BitReader::new(self.raw(length)?);
        let mut text = Vec::with_capacity(bytes);
        let mut spans = Vec::with_capacity(count);
        let mut before = context(END, END);
        let mut start = 0;
        while spans.len() < count {
            let byte = table.take(of[before], &mut bits)?;
            before = next(before, byte);
            if byte == END {
                spans.push((start, text.len() as u32));
                start = text.len() as u32;
            } else {
                check(text.len() < bytes, "bytes are left over")?;
                text.push(byte);
            }
        }
        bits.finish()?;
        check(text.len() == bytes, "it ends too early")?;
        let text = String::from_utf8(text).map_err(|_| NOT_TEXT)?;
        let whole = |&(start, _): &(u32, u32)| text.is_char_boundary(start as usize);
        check(spans.iter().all(whole), "a text has no end")?;
        Ok(Texts { text, spans })
    }

    /// The codes, and which of them follows what.
    fn contexts(&mut self) -> Result<(Table, Vec<Code>), WireError> {
        let packed = self.packed()?;
        let mut rest = &*packed;
        let wide = take_number(&mut rest)? as usize;
        let (alphabet, mut rest) = rest.split_at_checked(wide).ok_or(ENDS)?;
        check(wide > 0 && ascends(alphabet), "an alphabet has no order")?;
        let mut own = [const { Vec::new() }; 2];
        for (own, most) in own.iter_mut().zip([1 << 8, 1 << 16]) {
            let many = take_number(&mut rest)?;
            check(many <= rest.len() as u64, "it ends too early")?;
            let mut at = 0_usize;
            for nth in 0..many {
                let step = take_number(&mut rest)?;
                check(step < most && (step > 0 || nth == 0), "a code has no place")?;
                at += step as usize;
                check(at < most as usize, "a code has no place")?;
                own.push(at);
            }
        }
        let many = 1 + own[0].len() + own[1].len();
        check(rest.len() == many * wide, "a code is missing")?;
        let mut entries = 0;
        for lengths in rest.chunks(wide) {
            entries += Table::size(lengths)?;
        }
        self.spend_cells(entries + (1 << 16))?;
        let mut table = Table::default();
        let mut codes = rest.chunks(wide).map(|lengths| table.push(lengths, alphabet));
        let mut of = vec![codes.next().unwrap_or_default(); 1 << 16];
        for (&last, code) in own[0].iter().zip(&mut codes) {
            of[last << 8..][..256].fill(code);
        }
        for (&at, code) in own[1].iter().zip(codes) {
            of[at] = code;
        }
        Ok((table, of))
    }
}
