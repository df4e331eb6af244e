//! Codes in which frequent symbols take few bits (Huffman), known by the length that each symbol has.

use super::numbers::BitReader;
use super::{WireError, check};

/// Bits that a symbol takes at most.
pub(super) const LONGEST: u8 = 11;

/// The bits that each symbol takes, by how often it occurs; nought for one that doesn't.
pub(super) fn lengths(counts: &[u32]) -> Vec<u8> {
    let mut lengths = vec![0; counts.len()];
    let mut leaves: Vec<(u64, usize)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, &count)| (u64::from(count), symbol))
        .collect();
    if let [(_, only)] = leaves[..] {
        lengths[only] = 1;
    }
    if leaves.len() < 2 {
        return lengths;
    }
    crate::order::sort(&mut leaves);
    while !lengthen(&leaves, &mut lengths) {
        // Flatter, until nothing is too deep; the order stays.
        for (count, _) in &mut leaves {
            *count = *count >> 1 | 1;
        }
    }
    lengths
}

/// Whether none is too long. The leaves are ascending, so that what is joined ascends too.
fn lengthen(leaves: &[(u64, usize)], lengths: &mut [u8]) -> bool {
    let many = leaves.len();
    let mut weights: Vec<u64> = leaves.iter().map(|leaf| leaf.0).collect();
    let mut parents = vec![0; 2 * many - 1];
    let (mut leaf, mut joint) = (0, many);
    for next in many..2 * many - 1 {
        let mut least = || {
            let takes_leaf = leaf < many && (joint >= next || weights[leaf] <= weights[joint]);
            let at = if takes_leaf { &mut leaf } else { &mut joint };
            *at += 1;
            *at - 1
        };
        let (one, other) = (least(), least());
        (parents[one], parents[other]) = (next, next);
        weights.push(weights[one] + weights[other]);
    }
    let mut depths = vec![0_u8; 2 * many - 1];
    for at in (0..2 * many - 2).rev() {
        depths[at] = depths[parents[at]].saturating_add(1);
    }
    for (depth, (_, symbol)) in depths.iter().zip(leaves) {
        lengths[*symbol] = *depth;
    }
    depths[..many].iter().all(|&depth| depth <= LONGEST)
}

/// The code of each symbol, its first bit the lowest, and how many bits it has. A symbol that is alone takes none.
pub(super) fn codes(lengths: &[u8]) -> Vec<(u16, u8)> {
    let mut next = firsts(lengths);
    let alone = lengths.iter().filter(|length| **length > 0).count() < 2;
    let code = |&length: &u8| {
        if alone || length == 0 {
            return (0, 0);
        }
        let code = next[usize::from(length)];
        next[usize::from(length)] += 1;
        (code.reverse_bits() >> (16 - length), length)
    };
    lengths.iter().map(code).collect()
}

/// By length the first code.
fn firsts(lengths: &[u8]) -> [u16; LONGEST as usize + 1] {
    let mut many = [0_u16; LONGEST as usize + 1];
    for &length in lengths.iter().filter(|length| **length > 0) {
        many[usize::from(length.min(LONGEST))] += 1;
    }
    let mut firsts = [0; LONGEST as usize + 1];
    for length in 1..firsts.len() {
        firsts[length] = (firsts[length - 1] + many[length - 1]) << 1;
    }
    firsts
}

/// What reads a code.
#[derive(Clone, Copy, Default)]
pub(super) struct Code {
    /// Where its part of the table begins.
    start: u32,
    /// How many bits tell what stands there.
    width: u8,
}

/// All codes of a message's part: by the next bits the symbol and how many of them it takes.
#[derive(Default)]
pub(super) struct Table(Vec<(u8, u8)>);

impl Table {
    /// Entries that a code with these lengths takes; none where they make no code. No length makes an empty code.
    pub(super) fn size(lengths: &[u8]) -> Result<usize, WireError> {
        let there = lengths.iter().filter(|length| **length > 0);
        let longest = there.clone().copied().max().unwrap_or(0);
        check(longest <= LONGEST, "a code is too long")?;
        let taken: u32 = there.clone().map(|length| 1 << (LONGEST - length)).sum();
        let whole = taken == 1 << LONGEST || (there.count() < 2 && longest < 2);
        check(whole, "a code is not whole")?;
        Ok(1 << longest)
    }

    /// One more code; its lengths are those that [`Self::size`] was asked for. The symbols stand beside them.
    pub(super) fn push(&mut self, lengths: &[u8], symbols: &[u8]) -> Code {
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let start = self.0.len();
        let codes = codes(lengths);
        let alone = codes.iter().all(|(_, bits)| *bits == 0);
        let width = if alone { 0 } else { longest };
        // What nothing is written to takes more bits than there ever are.
        self.0.resize(start + (1 << width), (0, u8::MAX));
        for ((&(code, bits), &length), &symbol) in codes.iter().zip(lengths).zip(symbols) {
            if length > 0 {
                let places = self.0[start..].iter_mut().skip(usize::from(code));
                places
                    .step_by(1 << bits)
                    .for_each(|place| *place = (symbol, bits));
            }
        }
        Code {
            start: start as u32,
            width,
        }
    }

    /// The next symbol.
    #[inline(always)]
    pub(super) fn take(&self, code: Code, bits: &mut BitReader<'_>) -> Result<u8, WireError> {
        const NO_CODE: WireError = WireError::Malformed("it ends too early");
        let next = bits.peek(u32::from(code.width));
        let entry = self.0.get(code.start as usize + next as usize);
        let &(symbol, many) = entry.ok_or(NO_CODE)?;
        if bits.skip(u32::from(many)) {
            Ok(symbol)
        } else {
            Err(NO_CODE)
        }
    }
}
