//! Codes in which frequent symbols take few bits (Huffman), known by the length that each symbol has.

use super::numbers::BitReader;
use super::{WireError, check};

/// Bits that a symbol takes at most.
pub(super) const LONGEST: u8 = 9;

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
pub(super) fn codes(lengths: &[u8]) -> impl Iterator<Item = (u16, u8)> {
    let mut next = firsts(lengths);
    let alone = lengths.iter().filter(|length| **length > 0).count() < 2;
    lengths.iter().map(move |&length| {
        if alone || length == 0 {
            (0, 0)
        } else {
            following(&mut next, length)
        }
    })
}

fn following(next: &mut [u16; LONGEST as usize + 1], length: u8) -> (u16, u8) {
    let next = &mut next[usize::from(length)];
    let code = next.reverse_bits() >> (16 - length);
    *next += 1;
    (code, length)
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

/// What reads a code: where its part of the table begins, and which of the next bits tell what stands there.
#[derive(Clone, Copy, Default)]
pub(super) struct Code {
    start: u32,
    mask: u32,
}

/// What some bits say.
#[derive(Clone, Copy)]
struct Entry {
    /// Position in the alphabet.
    place: u8,
    /// How many of the bits it takes.
    bits: u8,
}

/// All codes of a part of a message.
#[derive(Default)]
pub(super) struct Table(Vec<Entry>);

impl Table {
    /// Entries that a code with these lengths takes; refuses what makes no code. A code may have no symbol at all.
    pub(super) fn size(lengths: &[u8]) -> Result<usize, WireError> {
        let (mut longest, mut taken, mut many) = (0, 0_u32, 0_u32);
        for &length in lengths.iter().filter(|length| **length > 0) {
            check(length <= LONGEST, "a code is too long")?;
            longest = longest.max(length);
            taken += 1 << (LONGEST - length);
            many += 1;
        }
        let whole = taken == 1 << LONGEST || (many < 2 && longest < 2);
        check(whole, "a code is not whole")?;
        Ok(1 << longest)
    }

    /// One more code; its lengths are those that [`Self::size`] was asked for.
    pub(super) fn push(&mut self, lengths: &[u8]) -> Code {
        let many = lengths.iter().filter(|length| **length > 0).count();
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let width = if many < 2 { 0 } else { longest };
        let start = self.0.len();
        // What no code writes to takes more bits than there ever are.
        let nothing = Entry {
            place: 0,
            bits: u8::MAX,
        };
        self.0.resize(start + (1 << width), nothing);
        let entries = &mut self.0[start..];
        let mut next = firsts(lengths);
        for (place, &length) in (0..=u8::MAX)
            .zip(lengths)
            .filter(|(_, length)| **length > 0)
        {
            let (code, bits) = if many < 2 {
                (0, 0)
            } else {
                following(&mut next, length)
            };
            let places = entries.iter_mut().skip(usize::from(code));
            places
                .step_by(1 << bits)
                .for_each(|entry| *entry = Entry { place, bits });
        }
        Code {
            start: start as u32,
            mask: (1 << width) - 1,
        }
    }

    /// The next symbol; none where the bits say none.
    #[inline(always)]
    pub(super) fn take(&self, code: Code, bits: &mut BitReader<'_>) -> Option<u8> {
        let next = bits.peek(u32::from(LONGEST)) as u32 & code.mask;
        let entry = self.0.get((code.start + next) as usize)?;
        bits.skip(u32::from(entry.bits)).then_some(entry.place)
    }
}
