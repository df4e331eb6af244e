//! The automaton: acyclic, deterministic and minimal by construction, because a state is made after the states that it
//! leads to, and two states with equal labels and equal ways are one.

use std::collections::{BTreeSet, HashMap};

use anyhow::{Result, ensure};

use super::metadata::Lengths;
use super::pattern::{Program, Step};

/// The state from which nothing matches any more.
pub(super) const DEAD: u16 = 0;

/// The longest national number that the library reads.
pub(super) const LONGEST: usize = 17;

#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct State {
    pub(super) next: [u16; 10],
    pub(super) label: u16,
}

pub(super) struct Automaton {
    pub(super) states: Vec<State>,
    known: HashMap<State, u16>,
}

impl Automaton {
    pub(super) fn new() -> Self {
        let mut automaton = Self {
            states: Vec::new(),
            known: HashMap::new(),
        };
        automaton.intern(State::default());
        automaton
    }

    fn intern(&mut self, state: State) -> u16 {
        *self.known.entry(state).or_insert_with_key(|state| {
            self.states.push(state.clone());
            (self.states.len() - 1) as u16
        })
    }

    /// Numbers the states by their distance from `roots`, which compresses best, and translates `roots`.
    pub(super) fn arrange(&mut self, roots: &mut [&mut u16]) -> Result<()> {
        ensure!(self.states.len() < usize::from(u16::MAX), "too many states");
        let mut order = vec![DEAD];
        let mut number = vec![None; self.states.len()];
        number[usize::from(DEAD)] = Some(DEAD);
        let mut visit = |state: u16, order: &mut Vec<u16>| {
            *number[usize::from(state)].get_or_insert_with(|| {
                order.push(state);
                (order.len() - 1) as u16
            })
        };
        for root in roots {
            **root = visit(**root, &mut order);
        }
        let mut arranged = Vec::with_capacity(self.states.len());
        while let Some(&state) = order.get(arranged.len()) {
            let mut state = self.states[usize::from(state)].clone();
            for next in &mut state.next {
                *next = visit(*next, &mut order);
            }
            arranged.push(state);
        }
        self.states = arranged;
        self.known.clear();
        Ok(())
    }
}

/// The part that a pattern plays; the number is its country's place among those that share the calling code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    /// All the country's numbers match it; of these lengths.
    General(usize, Lengths),
    /// Numbers that begin like this belong to the country.
    Leading(usize),
    /// Numbers of some type, and the lengths that it counts for.
    Type(usize, Lengths),
}

/// The patterns that match a number.
pub(super) struct Found<'a> {
    pub(super) whole: &'a [Role],
    /// The [`Role::Leading`] ones that match its start.
    pub(super) leading: &'a BTreeSet<Role>,
    pub(super) length: usize,
}

/// Adds the automaton of all `patterns` together. `label` gives a number's label, 0 for none.
pub(super) fn add_plan(
    automaton: &mut Automaton,
    patterns: &[(&str, Role)],
    label: &mut dyn FnMut(&Found<'_>) -> u16,
) -> Result<u16> {
    let mut program = Program::new();
    let mut first = Places::new();
    for &(pattern, role) in patterns {
        let step = program.add(pattern, role)?;
        close(&program, step, &mut first)?;
    }
    let mut plan = Plan {
        program,
        known: HashMap::new(),
        label,
    };
    plan.state(automaton, first, BTreeSet::new(), 0)
}

/// Positions in a program that wait for a digit or have matched.
type Places = BTreeSet<usize>;

fn close(program: &Program<Role>, step: usize, places: &mut Places) -> Result<()> {
    match program.steps[step] {
        Step::Split(first, second) => {
            close(program, first, places)?;
            close(program, second, places)?;
        }
        Step::Save(_, next) => close(program, next, places)?,
        Step::End(_) => anyhow::bail!("an anchor inside a number pattern"),
        Step::Digit(..) | Step::Match(_) => {
            places.insert(step);
        }
    }
    Ok(())
}

struct Plan<'a> {
    program: Program<Role>,
    known: HashMap<(Places, BTreeSet<Role>, usize), u16>,
    label: &'a mut dyn FnMut(&Found<'_>) -> u16,
}

impl Plan<'_> {
    fn state(
        &mut self,
        automaton: &mut Automaton,
        places: Places,
        mut leading: BTreeSet<Role>,
        length: usize,
    ) -> Result<u16> {
        if places.is_empty() || length > LONGEST {
            return Ok(DEAD);
        }
        let whole: Vec<Role> = places
            .iter()
            .filter_map(|&place| match self.program.steps[place] {
                Step::Match(role) => Some(role),
                _ => None,
            })
            .collect();
        leading.extend(whole.iter().filter(|role| matches!(role, Role::Leading(_))));
        let key = (places, leading, length);
        if let Some(&state) = self.known.get(&key) {
            return Ok(state);
        }
        let (places, leading, _) = &key;
        let label = (self.label)(&Found {
            whole: &whole,
            leading,
            length,
        });
        let mut next = [DEAD; 10];
        for (digit, way) in next.iter_mut().enumerate() {
            let mut reached = Places::new();
            for &place in places {
                if let Step::Digit(digits, on) = self.program.steps[place]
                    && digits & (1 << digit) != 0
                {
                    close(&self.program, on, &mut reached)?;
                }
            }
            *way = self.state(automaton, reached, leading.clone(), length + 1)?;
        }
        let state = automaton.intern(State { next, label });
        self.known.insert(key, state);
        Ok(state)
    }
}

/// Where a prefix matched: how many digits, and the captured groups' bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Match {
    pub(super) end: usize,
    groups: Slots,
}

type Slots = [Option<usize>; 6];

impl Match {
    /// The bounds of a captured group.
    pub(super) fn group(&self, number: usize) -> Option<(usize, usize)> {
        self.groups[2 * number].zip(self.groups[2 * number + 1])
    }
}

/// Adds the automaton of a prefix, which matches as Perl's regular expressions do: the preferred way wins, not the
/// longest. Every state's label is `label(match if the number goes on, match if it ends here)`; a reader keeps the last
/// label that it met.
pub(super) fn add_prefix(
    automaton: &mut Automaton,
    pattern: &str,
    label: &mut dyn FnMut(Option<Match>, Option<Match>) -> Result<u16>,
) -> Result<u16> {
    let mut program = Program::new();
    let first = program.add(pattern, ())?;
    let mut prefix = Prefix {
        program,
        known: HashMap::new(),
        label,
    };
    prefix.state(automaton, &[(first, Slots::default())], 0)
}

type Threads = Vec<(usize, Slots)>;

struct Prefix<'a> {
    program: Program<()>,
    known: HashMap<(Threads, usize), u16>,
    label: &'a mut dyn FnMut(Option<Match>, Option<Match>) -> Result<u16>,
}

impl Prefix<'_> {
    fn state(
        &mut self,
        automaton: &mut Automaton,
        from: &[(usize, Slots)],
        at: usize,
    ) -> Result<u16> {
        let (going, here) = self.follow(from, at, false);
        let (_, ending) = self.follow(from, at, true);
        if going.is_empty() && here.is_none() && ending.is_none() {
            return Ok(DEAD);
        }
        let key = (from.to_vec(), at);
        if let Some(&state) = self.known.get(&key) {
            return Ok(state);
        }
        let label = (self.label)(here, ending)?;
        let mut next = [DEAD; 10];
        for (digit, way) in next.iter_mut().enumerate() {
            let mut reached = Threads::new();
            for &(step, slots) in &going {
                if let Step::Digit(digits, on) = self.program.steps[step]
                    && digits & (1 << digit) != 0
                {
                    reached.push((on, slots));
                }
            }
            *way = self.state(automaton, &reached, at + 1)?;
        }
        let state = automaton.intern(State { next, label });
        self.known.insert(key, state);
        Ok(state)
    }

    /// The threads that wait for a digit, by preference, up to the first that has matched; and that match.
    fn follow(&self, from: &[(usize, Slots)], at: usize, ends: bool) -> (Threads, Option<Match>) {
        let mut waiting = Threads::new();
        let mut seen = BTreeSet::new();
        let mut stack: Threads = from.iter().rev().copied().collect();
        while let Some((step, mut slots)) = stack.pop() {
            if !seen.insert(step) {
                continue;
            }
            match self.program.steps[step] {
                Step::Digit(..) => waiting.push((step, slots)),
                Step::Split(first, second) => stack.extend([(second, slots), (first, slots)]),
                Step::Save(slot, next) => {
                    slots[slot] = Some(at);
                    stack.push((next, slots));
                }
                Step::End(next) if ends => stack.push((next, slots)),
                Step::End(_) => {}
                Step::Match(()) => {
                    return (
                        waiting,
                        Some(Match {
                            end: at,
                            groups: slots,
                        }),
                    );
                }
            }
        }
        (waiting, None)
    }
}
