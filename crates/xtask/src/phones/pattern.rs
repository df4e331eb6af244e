//! The metadata's regular expressions as small programs over digits.
//!
//! The patterns are all finite (no `*`, no `+`), so a program has no loops and every walk over it ends.

use anyhow::{Context as _, Result, bail, ensure};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::automaton::LONGEST;

/// One step of a program; the numbers are positions of other steps.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<T> {
    /// One digit out of a set (bit 0 is `0`), then on.
    Digit(u16, usize),
    /// The first way is preferred, as in Perl.
    Split(usize, usize),
    /// The position goes into a slot: `2g` where group `g` begins, `2g + 1` where it ends.
    Save(usize, usize),
    /// Only where the number ends.
    End(usize),
    /// The whole pattern has matched.
    Match(T),
}

/// Programs in one arena, each ending in its own [`Step::Match`].
pub(super) struct Program<T> {
    pub(super) steps: Vec<Step<T>>,
}

impl<T: Copy> Program<T> {
    pub(super) fn new() -> Self {
        Self { steps: Vec::new() }
    }

    /// Adds a pattern of the metadata (`^(?:…)$`, whose anchors are the reader's business) and returns its first step.
    pub(super) fn add(&mut self, pattern: &str, tag: T) -> Result<usize> {
        let bare = pattern
            .strip_prefix("^(?:")
            .and_then(|rest| rest.strip_suffix(")$"))
            .with_context(|| format!("not anchored: {pattern}"))?;
        let hir = ParserBuilder::new()
            .unicode(false)
            .utf8(false)
            .build()
            .parse(bare)?;
        let longest = hir.properties().maximum_len().context("unbounded")?;
        ensure!(longest <= LONGEST, "matches {longest} digits: {pattern}");
        let last = self.push(Step::Match(tag));
        self.compile(&hir, last)
            .with_context(|| format!("in {pattern}"))
    }

    fn push(&mut self, step: Step<T>) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Writes the steps of `hir` in front of the step `next`.
    fn compile(&mut self, hir: &Hir, next: usize) -> Result<usize> {
        Ok(match hir.kind() {
            HirKind::Empty => next,
            HirKind::Literal(literal) => {
                let mut at = next;
                for &byte in literal.0.iter().rev() {
                    ensure!(byte.is_ascii_digit(), "a literal that is no digit");
                    at = self.push(Step::Digit(1 << (byte - b'0'), at));
                }
                at
            }
            HirKind::Class(Class::Bytes(class)) => {
                let mut digits = 0;
                for byte in class.iter().flat_map(|range| range.start()..=range.end()) {
                    ensure!(byte.is_ascii_digit(), "a class of more than digits");
                    digits |= 1 << (byte - b'0');
                }
                self.push(Step::Digit(digits, next))
            }
            HirKind::Look(Look::End) => self.push(Step::End(next)),
            HirKind::Repetition(repetition) => {
                let Some(max) = repetition.max else {
                    bail!("an unbounded repetition")
                };
                ensure!(repetition.greedy, "a lazy repetition");
                let mut at = next;
                for _ in repetition.min..max {
                    let body = self.compile(&repetition.sub, at)?;
                    at = self.push(Step::Split(body, next));
                }
                for _ in 0..repetition.min {
                    at = self.compile(&repetition.sub, at)?;
                }
                at
            }
            HirKind::Capture(capture) => {
                let group = 2 * capture.index as usize;
                let end = self.push(Step::Save(group + 1, next));
                let body = self.compile(&capture.sub, end)?;
                self.push(Step::Save(group, body))
            }
            HirKind::Concat(parts) => {
                let mut at = next;
                for part in parts.iter().rev() {
                    at = self.compile(part, at)?;
                }
                at
            }
            HirKind::Alternation(ways) => {
                let mut at = None;
                for way in ways.iter().rev() {
                    let first = self.compile(way, next)?;
                    at = Some(at.map_or(first, |second| self.push(Step::Split(first, second))));
                }
                at.context("an alternation of nothing")?
            }
            HirKind::Class(_) | HirKind::Look(_) => bail!("a part that numbers don't have"),
        })
    }
}
