//! Columns of numbers: runs, a fixed width, or bytes that are packed, whichever is smallest; and numbers that rise.

use super::bytes::{ENDS, LARGE, Reader, Writer, finished, put_number, take_number};
use super::pack::Packed;
use super::{WireError, check};

/// Pairs: how many times more, and by how much each differs from the one before it.
const RUNS: u8 = 0;
/// The least, then what each has above it, in as many bits as the greatest needs.
const FIXED: u8 = 1;
/// LEB128.
const BYTES: u8 = 2;

/// Bytes that are packed in no time.
const FEW: usize = 256;

impl Writer {
    /// A column whose length the reader knows.
    pub(super) fn numbers<T: Copy + Into<u64>>(&mut self, numbers: &[T]) {
        let least = numbers.iter().map(|&number| number.into()).min();
        let most = numbers.iter().map(|&number| number.into()).max();
        let (Some(least), Some(most)) = (least, most) else {
            return;
        };
        let width = u64::BITS - (most - least).leading_zeros();
        let fixed = 12 + (numbers.len() * width as usize).div_ceil(8);
        // What is half as long again unpacked doesn't become shorter than numbers that have no order.
        let worthwhile = |bytes: &Vec<u8>| bytes.len() < fixed + fixed / 2 || width <= 8;
        let bytes: Option<Vec<u8>> = (width <= 14).then(|| {
            let mut bytes = Vec::with_capacity(numbers.len());
            for &number in numbers {
                put_number(&mut bytes, number.into());
            }
            bytes
        });
        // Nor do runs that take half as much again as the numbers themselves.
        let plain = bytes.as_ref().map_or(usize::MAX, Vec::len);
        let is_fewer = |runs: &Vec<u8>| runs.len() < plain.saturating_add(plain / 2).max(FEW);
        let runs = runs(numbers).filter(worthwhile).filter(is_fewer);
        let runs = runs.as_deref().map(Packed::new);
        let bytes = bytes.filter(worthwhile);
        let bytes = bytes.as_deref().map(Packed::new);
        let length = |packed: &Option<Packed<'_>>| packed.as_ref().map_or(usize::MAX, Packed::len);
        match (runs, bytes) {
            (Some(runs), bytes) if runs.len() <= fixed.min(length(&bytes)) => {
                self.byte(RUNS);
                self.packed(&runs);
            }
            (_, Some(bytes)) if bytes.len() <= fixed => {
                self.byte(BYTES);
                self.packed(&bytes);
            }
            _ => {
                self.byte(FIXED);
                self.number(least);
                self.byte(width as u8);
                let mut bits = BitWriter::default();
                for &number in numbers {
                    bits.put(number.into() - least, width);
                }
                self.raw(&bits.finish());
            }
        }
    }

    /// Numbers that rise, each above the one before: what each has beyond the one before it is a number whose lower
    /// bits are written as they are, and the others as so many ones and a nought (Golomb and Rice).
    pub(super) fn ascending<T: Copy + Into<u64>>(&mut self, numbers: &[T]) {
        let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) else {
            return;
        };
        let mean = last.into().saturating_sub(first.into()) / numbers.len() as u64;
        // Seven tenths of the mean.
        let low = (mean - mean / 3).max(1).ilog2();
        self.byte(low as u8);
        self.number(first);
        let mut bits = BitWriter::default();
        let mut before = first.into();
        for &number in &numbers[1..] {
            // As if it rose: whoever gives others gets others back.
            let beyond = number.into().saturating_sub(before).saturating_sub(1);
            before = number.into();
            let mut high = beyond >> low;
            while high > 31 {
                bits.put(u64::from(u32::MAX), 32);
                high -= 32;
            }
            bits.put((1 << high) - 1, high as u32 + 1);
            bits.put(beyond & ((1 << low) - 1), low);
        }
        let bits = bits.finish();
        self.count(bits.len());
        self.raw(&bits);
    }
}

/// Nothing where there are nearly as many runs as numbers.
fn runs<T: Copy + Into<u64>>(numbers: &[T]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut before = 0_u64;
    let mut run: Option<(u64, u64)> = None;
    for &number in numbers {
        let step = number.into().wrapping_sub(before);
        before = number.into();
        match &mut run {
            Some((same, times)) if *same == step => *times += 1,
            _ => {
                if let Some((step, times)) = run.replace((step, 0)) {
                    put_run(&mut bytes, step, times);
                }
            }
        }
        if bytes.len() > 64 + numbers.len() {
            return None;
        }
    }
    if let Some((step, times)) = run {
        put_run(&mut bytes, step, times);
    }
    Some(bytes)
}

fn put_run(bytes: &mut Vec<u8>, step: u64, times: u64) {
    put_number(bytes, times);
    // Small steps down are small numbers too.
    put_number(bytes, (step << 1) ^ ((step as i64 >> 63) as u64));
}

impl Reader<'_> {
    /// `count` numbers. The caller has measured the count: runs make many of few bytes.
    pub(super) fn numbers(&mut self, count: usize) -> Result<Vec<u64>, WireError> {
        if count == 0 {
            return Ok(Vec::new());
        }
        match self.byte()? {
            RUNS => {
                let packed = self.packed()?;
                let mut rest = &*packed;
                let mut numbers = Vec::with_capacity(count);
                let mut before = 0_u64;
                while numbers.len() < count {
                    let times = take_number(&mut rest)?;
                    let step = take_number(&mut rest)?;
                    let step = (step >> 1) ^ (step & 1).wrapping_neg();
                    check(times < (count - numbers.len()) as u64, "a run is too long")?;
                    for _ in 0..=times {
                        before = before.wrapping_add(step);
                        numbers.push(before);
                    }
                }
                finished(rest)?;
                Ok(numbers)
            }
            FIXED => {
                let least = self.number()?;
                let width = u32::from(self.byte()?);
                check(width <= 64, "a number is too wide")?;
                let bits = count.checked_mul(width as usize).ok_or(ENDS)?;
                let mut bits = BitReader::new(self.raw(bits.div_ceil(8))?);
                let mut numbers = Vec::with_capacity(count);
                for _ in 0..count {
                    let above = bits.take(width)?;
                    numbers.push(least.checked_add(above).ok_or(LARGE)?);
                }
                bits.finish()?;
                Ok(numbers)
            }
            BYTES => {
                let packed = self.packed()?;
                check(packed.len() >= count, "it ends too early")?;
                let mut rest = &*packed;
                let mut numbers = Vec::with_capacity(count);
                for _ in 0..count {
                    numbers.push(take_number(&mut rest)?);
                }
                finished(rest)?;
                Ok(numbers)
            }
            _ => Err(WireError::Malformed("a column has no known shape")),
        }
    }

    /// The same where each has to be small.
    pub(super) fn smalls(&mut self, count: usize) -> Result<Vec<u32>, WireError> {
        let numbers = self.numbers(count)?;
        let small = |number: u64| u32::try_from(number).map_err(|_| LARGE);
        numbers.into_iter().map(small).collect()
    }

    /// The same where each is a position in something of this length.
    pub(super) fn positions(&mut self, count: usize, length: usize) -> Result<Vec<u32>, WireError> {
        let positions = self.smalls(count)?;
        let known = positions.iter().all(|&at| (at as usize) < length);
        check(known, "a position is beyond the end")?;
        Ok(positions)
    }

    /// `count` numbers that rise. Each takes a bit at least, so that there are no more than the message can hold.
    pub(super) fn ascending(&mut self, count: usize) -> Result<Vec<u64>, WireError> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let low = u32::from(self.byte()?);
        check(low < 64, "a number is too wide")?;
        let mut before = self.number()?;
        let length = self.length()?;
        let bytes = self.raw(length)?;
        check(
            count - 1 <= bytes.len().saturating_mul(8) / (low as usize + 1),
            "it ends too early",
        )?;
        let mut bits = BitReader::new(bytes);
        let mut numbers = Vec::with_capacity(count);
        numbers.push(before);
        for _ in 1..count {
            let high = bits.ones()?;
            check(high <= u64::MAX >> low, "a number is too large")?;
            let beyond = high << low | bits.take(low)?;
            before = beyond
                .checked_add(1)
                .and_then(|beyond| before.checked_add(beyond))
                .ok_or(LARGE)?;
            numbers.push(before);
        }
        bits.finish()?;
        Ok(numbers)
    }

    /// The same where each has to be small.
    pub(super) fn ascending_smalls(&mut self, count: usize) -> Result<Vec<u32>, WireError> {
        let numbers = self.ascending(count)?;
        check(
            numbers
                .last()
                .is_none_or(|&last| u32::try_from(last).is_ok()),
            "a number is too large",
        )?;
        Ok(numbers.into_iter().map(|number| number as u32).collect())
    }
}

/// Bits, the lowest first.
#[derive(Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// The last ones, which don't make a word yet.
    pending: u64,
    many: u32,
}

impl BitWriter {
    /// The bits above the width are none.
    #[inline]
    pub(super) fn put(&mut self, bits: u64, width: u32) {
        self.pending |= bits << self.many;
        let room = u64::BITS - self.many;
        if width < room {
            self.many += width;
            return;
        }
        self.bytes.extend_from_slice(&self.pending.to_le_bytes());
        self.pending = bits.checked_shr(room).unwrap_or_default();
        self.many = width - room;
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let bytes = self.many.div_ceil(u8::BITS) as usize;
        let pending = self.pending.to_le_bytes();
        self.bytes.extend_from_slice(&pending[..bytes]);
        self.bytes
    }
}

pub(super) struct BitReader<'a> {
    rest: &'a [u8],
    pending: u64,
    many: u32,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            pending: 0,
            many: 0,
        }
    }

    /// Brings in what fits. Bits that are there but not counted are those that come in next time.
    fn fill(&mut self) {
        if self.many <= 56
            && let Some(word) = self.rest.first_chunk::<8>()
        {
            let more = (63 - self.many) / 8;
            self.pending |= u64::from_le_bytes(*word) << self.many;
            self.many += more * 8;
            self.rest = &self.rest[more as usize..];
            return;
        }
        while self.many <= 56
            && let Some((&byte, rest)) = self.rest.split_first()
        {
            self.pending |= u64::from(byte) << self.many;
            self.many += 8;
            self.rest = rest;
        }
    }

    pub(super) fn take(&mut self, width: u32) -> Result<u64, WireError> {
        if width > 32 {
            let low = self.take(32)?;
            return Ok(low | self.take(width - 32)? << 32);
        }
        if self.many < width {
            self.fill();
            if self.many < width {
                return Err(ENDS);
            }
        }
        let bits = self.pending & ((1 << width) - 1);
        self.pending >>= width;
        self.many -= width;
        Ok(bits)
    }

    /// The next bits, 32 at most; noughts beyond the end.
    #[inline(always)]
    pub(super) fn peek(&mut self, width: u32) -> u64 {
        if self.many < width {
            self.fill();
        }
        self.pending & ((1 << width) - 1)
    }

    /// Passes what was peeked at. Whether so many bits were there.
    #[inline(always)]
    pub(super) fn skip(&mut self, width: u32) -> bool {
        let there = width <= self.many;
        if there {
            self.pending >>= width;
            self.many -= width;
        }
        there
    }

    /// So many ones up to a nought.
    fn ones(&mut self) -> Result<u64, WireError> {
        let mut count = 0;
        loop {
            if self.many == 0 {
                self.fill();
                if self.many == 0 {
                    return Err(ENDS);
                }
            }
            let ones = self.pending.trailing_ones().min(self.many);
            count += u64::from(ones);
            if ones < self.many {
                self.pending = self.pending >> ones >> 1;
                self.many -= ones + 1;
                return Ok(count);
            }
            self.pending = 0;
            self.many = 0;
        }
    }

    /// What is left are the noughts that fill the last byte.
    pub(super) fn finish(self) -> Result<(), WireError> {
        if self.rest.is_empty() && self.many < 8 && self.pending == 0 {
            Ok(())
        } else {
            finished(&[0])
        }
    }
}
