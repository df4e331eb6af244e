//! From the metadata to the bytes of `tables.bin`; `value/phone/tables.rs` in the core reads them.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};

use super::automaton::{Automaton, DEAD, Found, LONGEST, Match, Role, add_plan, add_prefix};
use super::metadata::{Country, Lengths, Metadata};

/// The file, and how many states are in it.
pub(super) struct Tables {
    pub(super) bytes: Vec<u8>,
    pub(super) states: usize,
}

/// Where a number is valid: bit n stands for the n-th country of its calling code, and the five bits on top are 1 + the
/// place of the country to which it belongs, if it is valid there.
type Standing = u32;

/// The bits of a [`Standing`] below the place.
const PLACES: usize = 27;

/// What a matched prefix does to the digits: `literal`, then those from `from` to `to`, stand for the first `end`.
#[derive(Default, PartialEq)]
struct Action {
    end: u8,
    from: u8,
    to: u8,
    literal: String,
}

/// The most digits that a prefix may take away: a reader of two prefixes, a calling code and the longest number has room
/// for 40.
const MOST_REMOVED: u8 = 10;

/// Room in an action's record for its literal.
const LITERAL: usize = 4;

struct Interned<T> {
    list: Vec<T>,
}

impl<T: PartialEq> Interned<T> {
    fn place(&mut self, item: T) -> usize {
        self.list
            .iter()
            .position(|known| *known == item)
            .unwrap_or_else(|| {
                self.list.push(item);
                self.list.len() - 1
            })
    }
}

/// A calling code's record.
struct Code {
    value: u16,
    plan: u16,
    first: usize,
}

/// A country's record; the numbers are states.
struct Entry {
    id: [u8; 2],
    lengths: u16,
    local_lengths: u16,
    general: u16,
    international: u16,
    national: u16,
}

/// Compiles the metadata.
pub(super) fn build(metadata: &Metadata) -> Result<Tables> {
    let mut automaton = Automaton::new();
    let mut standings = Interned { list: vec![0] };
    let mut prefixes = Prefixes {
        known: HashMap::new(),
        actions: Interned {
            list: vec![Action::default()],
        },
    };
    let mut codes = Vec::new();
    let mut entries = Vec::new();
    for (value, sharing) in &metadata.codes {
        ensure!(sharing.len() <= PLACES, "too many countries share +{value}");
        let plan =
            plan(&mut automaton, &mut standings, sharing).with_context(|| format!("+{value}"))?;
        codes.push(Code {
            value: *value,
            plan,
            first: entries.len(),
        });
        for country in sharing {
            entries.push(
                entry(&mut automaton, &mut prefixes, country)
                    .with_context(|| country.id.clone())?,
            );
        }
    }
    let mut roots: Vec<&mut u16> = codes.iter_mut().map(|code| &mut code.plan).collect();
    for entry in &mut entries {
        roots.extend([
            &mut entry.general,
            &mut entry.international,
            &mut entry.national,
        ]);
    }
    automaton.arrange(&mut roots)?;
    let actions = prefixes.actions.list;

    let mut bytes = format!(
        "Phone numbers, from {}. Licence: Apache-2.0, see NOTICE.\n",
        metadata.source
    )
    .into_bytes();
    for size in [
        automaton.states.len(),
        standings.list.len(),
        actions.len(),
        codes.len(),
        entries.len(),
    ] {
        bytes.extend(u16::try_from(size)?.to_le_bytes());
    }
    for state in &automaton.states {
        bytes.extend(state.next.iter().flat_map(|next| next.to_le_bytes()));
    }
    bytes.extend(
        automaton
            .states
            .iter()
            .flat_map(|state| state.label.to_le_bytes()),
    );
    bytes.extend(
        standings
            .list
            .iter()
            .flat_map(|standing| standing.to_le_bytes()),
    );
    for action in &actions {
        let mut literal = [0; LITERAL];
        literal
            .get_mut(..action.literal.len())
            .context("a long literal")?
            .copy_from_slice(action.literal.as_bytes());
        bytes.extend([
            action.end,
            action.from,
            action.to,
            u8::try_from(action.literal.len())?,
        ]);
        bytes.extend(literal);
    }
    for code in &codes {
        for field in [code.value, code.plan, u16::try_from(code.first)?] {
            bytes.extend(field.to_le_bytes());
        }
    }
    for entry in &entries {
        bytes.extend(entry.id);
        let states = [entry.general, entry.international, entry.national];
        bytes.extend(
            [entry.lengths, entry.local_lengths]
                .iter()
                .chain(&states)
                .flat_map(|field| field.to_le_bytes()),
        );
    }
    Ok(Tables {
        bytes,
        states: automaton.states.len(),
    })
}

/// The prefixes met so far: most countries have one of a few.
struct Prefixes {
    known: HashMap<(String, Option<String>), u16>,
    actions: Interned<Action>,
}

impl Prefixes {
    fn add(
        &mut self,
        automaton: &mut Automaton,
        pattern: Option<&str>,
        transform: Option<&str>,
    ) -> Result<u16> {
        let Some(pattern) = pattern else {
            return Ok(DEAD);
        };
        let key = (pattern.to_owned(), transform.map(str::to_owned));
        if let Some(&state) = self.known.get(&key) {
            return Ok(state);
        }
        let state = add_prefix(automaton, pattern, &mut |here, ending| {
            let mut place = |found: Option<Match>| -> Result<u16> {
                let action = found
                    .map(|found| action(found, transform))
                    .transpose()?
                    .flatten();
                Ok(u16::from(u8::try_from(
                    action.map_or(0, |action| self.actions.place(action)),
                )?))
            };
            Ok(place(here)? | place(ending)? << 8)
        })?;
        self.known.insert(key, state);
        Ok(state)
    }
}

fn entry(automaton: &mut Automaton, prefixes: &mut Prefixes, country: &Country) -> Result<Entry> {
    let general = [(
        country.general.pattern.as_str(),
        Role::General(0, Lengths::MAX),
    )];
    Ok(Entry {
        id: if country.id == "001" {
            *b"00"
        } else {
            country.id.as_bytes().try_into()?
        },
        lengths: pack(country.general.lengths),
        local_lengths: pack(country.local_lengths),
        general: add_plan(automaton, &general, &mut |found| {
            u16::from(!found.whole.is_empty())
        })?,
        international: prefixes.add(automaton, country.international_prefix.as_deref(), None)?,
        national: prefixes.add(
            automaton,
            country.national_prefix.as_deref(),
            country.transform.as_deref(),
        )?,
    })
}

/// All the patterns of the countries that share a calling code, as one automaton.
fn plan(
    automaton: &mut Automaton,
    standings: &mut Interned<Standing>,
    sharing: &[Country],
) -> Result<u16> {
    let mut patterns = Vec::new();
    for (place, country) in sharing.iter().enumerate() {
        patterns.push((
            country.general.pattern.as_str(),
            Role::General(place, country.general.lengths),
        ));
        patterns.extend(
            country
                .types
                .iter()
                .map(|kind| (kind.pattern.as_str(), Role::Type(place, kind.lengths))),
        );
        // A country that has its calling code to itself needs no telling apart.
        if let Some(digits) = country
            .leading_digits
            .as_ref()
            .filter(|_| sharing.len() > 1)
        {
            patterns.push((digits, Role::Leading(place)));
        }
    }
    add_plan(automaton, &patterns, &mut |found: &Found<'_>| {
        let mut general = 0u32;
        let mut typed = 0u32;
        for &role in found.whole {
            match role {
                Role::General(place, lengths) => general |= (lengths >> found.length & 1) << place,
                Role::Type(place, lengths) => typed |= (lengths >> found.length & 1) << place,
                Role::Leading(_) => {}
            }
        }
        let mut valid = general & typed;
        let belongs = (0..sharing.len()).find(|&place| {
            sharing.len() == 1
                || valid & (1 << place) != 0
                || found.leading.contains(&Role::Leading(place))
        });
        if let Some(place) = belongs.filter(|place| valid & (1 << place) != 0) {
            valid |= (place as u32 + 1) << PLACES;
        }
        standings.place(valid) as u16
    })
}

/// libphonenumber's rule: a transform applies only where the last group captured something, else the match is removed.
fn action(found: Match, transform: Option<&str>) -> Result<Option<Action>> {
    let first = found.group(1);
    let second = found.group(2);
    let filled = |group: Option<(usize, usize)>| group.is_some_and(|(from, to)| from < to);
    let end = u8::try_from(found.end)?;
    if let Some(rule) = transform
        && (filled(second) || filled(first) && second.is_none())
    {
        let (literal, group) = rule
            .split_once('$')
            .context("a transform without a group")?;
        let (from, to) = match group {
            "1" => first,
            "2" => second,
            _ => None,
        }
        .with_context(|| format!("transform {rule}"))?;
        let (from, to) = (u8::try_from(from)?, u8::try_from(to)?);
        ensure!(
            end - (to - from) <= MOST_REMOVED,
            "a prefix of {end} digits"
        );
        return Ok(Some(Action {
            end,
            from,
            to,
            literal: literal.to_owned(),
        }));
    }
    ensure!(end <= MOST_REMOVED, "a prefix of {end} digits");
    // Nothing removed: as if it hadn't matched. Only the empty prefix, at the start, can do that.
    Ok((end > 0).then(|| Action {
        end,
        from: 0,
        to: 0,
        literal: String::new(),
    }))
}

/// Lengths 2 to 17 in 16 bits.
fn pack(lengths: Lengths) -> u16 {
    (lengths >> 2 & 0xffff) as u16
}

const _: () = assert!(LONGEST == 17, "lengths are packed from 2 on");
