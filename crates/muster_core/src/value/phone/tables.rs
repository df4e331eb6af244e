//! The number plans of the world as one automaton: `tables.bin`, which `cargo xtask phones` makes of libphonenumber's
//! metadata. All of it is decoded while compiling.

const FILE: &[u8] = include_bytes!("tables.bin");

/// A state of the automaton: where in [`NEXT`] the states are that follow it, one digit later.
pub(super) type State = u16;

/// States that follow one: a digit each.
const DIGITS: usize = 10;

/// The state from which nothing matches any more.
pub(super) const DEAD: State = 0;

/// A calling code, and the automaton of all the patterns of the countries that share it.
#[derive(Clone, Copy)]
pub(super) struct Code {
    /// `+` and the digits.
    pub(super) text: [u8; 4],
    length: u8,
    pub(super) plan: State,
    /// The main country's place; the others follow.
    pub(super) first: u8,
}

impl Code {
    const fn new(value: u16, plan: State, first: u8) -> Self {
        let mut text = [b'+', 0, 0, 0];
        let length = 2 + (value >= 10) as u8 + (value >= 100) as u8;
        let mut rest = value;
        let mut at = length as usize;
        while at > 1 {
            at -= 1;
            text[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        Self {
            text,
            length,
            plan,
            first,
        }
    }

    /// How long the text is.
    pub(super) fn length(&self) -> usize {
        usize::from(self.length)
    }

    /// The digits alone.
    pub(super) fn digits(&self) -> &[u8] {
        self.text.get(1..self.length()).unwrap_or_default()
    }
}

/// A country's rules, besides its patterns.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) id: [u8; 2],
    /// The place of its calling code.
    pub(super) code: u8,
    /// Lengths of national numbers: bit n stands for n + 2 digits.
    pub(super) lengths: u16,
    /// Those that only make sense inside the country.
    pub(super) local_lengths: u16,
    /// The pattern of all its numbers; the label says whether the digits match it.
    pub(super) general: State,
    /// What is dialled before a foreign calling code; the labels are actions.
    pub(super) international: State,
    /// What is dialled before a national number; likewise.
    pub(super) national: State,
}

/// What a prefix does to the digits that it matched: `literal`, then those in `from..to`, stand for the first `end`.
#[derive(Clone, Copy)]
pub(super) struct Action {
    pub(super) end: u8,
    pub(super) from: u8,
    pub(super) to: u8,
    length: u8,
    literal: [u8; 4],
}

impl Action {
    pub(super) fn literal(&self) -> &[u8] {
        self.literal
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }
}

const fn u16_at(at: usize) -> u16 {
    u16::from_le_bytes([FILE[at], FILE[at + 1]])
}

/// The state whose number stands here.
const fn state_at(at: usize) -> State {
    u16_at(at) * DIGITS as u16
}

/// Behind the line of text that says what the file is.
const SIZES: usize = {
    let mut at = 0;
    while FILE[at] != b'\n' {
        at += 1;
    }
    at + 1
};

const fn size(number: usize) -> usize {
    u16_at(SIZES + 2 * number) as usize
}

const STATES: usize = size(0);
const STANDINGS: usize = size(1);
const ACTIONS: usize = size(2);
const CODES: usize = size(3);
const ENTRIES: usize = size(4);

const NEXT_AT: usize = SIZES + 10;
const LABELS_AT: usize = NEXT_AT + 20 * STATES;
const STANDINGS_AT: usize = LABELS_AT + 2 * STATES;
const ACTIONS_AT: usize = STANDINGS_AT + 4 * STANDINGS;
const CODES_AT: usize = ACTIONS_AT + 8 * ACTIONS;
const ENTRIES_AT: usize = CODES_AT + 6 * CODES;
const _: () = assert!(ENTRIES_AT + 12 * ENTRIES == FILE.len());

const _: () = assert!(DIGITS * STATES <= u16::MAX as usize);

static NEXT: [State; DIGITS * STATES] = {
    let mut next = [DEAD; DIGITS * STATES];
    let mut at = 0;
    while at < DIGITS * STATES {
        next[at] = state_at(NEXT_AT + 2 * at);
        at += 1;
    }
    next
};

static LABELS: [u16; STATES] = {
    let mut labels = [0; STATES];
    let mut at = 0;
    while at < STATES {
        labels[at] = u16_at(LABELS_AT + 2 * at);
        at += 1;
    }
    labels
};

static VALIDITIES: [Validity; STANDINGS] = {
    let mut validities = [Validity(0); STANDINGS];
    let mut at = 0;
    while at < STANDINGS {
        let place = STANDINGS_AT + 4 * at;
        validities[at] = Validity(u16_at(place) as u32 | (u16_at(place + 2) as u32) << 16);
        at += 1;
    }
    validities
};

static ACTION_TABLE: [Action; ACTIONS] = {
    let mut actions = [Action {
        end: 0,
        from: 0,
        to: 0,
        length: 0,
        literal: [0; 4],
    }; ACTIONS];
    let mut at = 0;
    while at < ACTIONS {
        let place = ACTIONS_AT + 8 * at;
        actions[at] = Action {
            end: FILE[place],
            from: FILE[place + 1],
            to: FILE[place + 2],
            length: FILE[place + 3],
            literal: [
                FILE[place + 4],
                FILE[place + 5],
                FILE[place + 6],
                FILE[place + 7],
            ],
        };
        at += 1;
    }
    actions
};

static CODE_TABLE: [Code; CODES] = {
    let mut codes = [Code::new(0, DEAD, 0); CODES];
    let mut at = 0;
    while at < CODES {
        let place = CODES_AT + 6 * at;
        codes[at] = Code::new(u16_at(place), state_at(place + 2), FILE[place + 4]);
        at += 1;
    }
    codes
};

static ENTRY_TABLE: [Entry; ENTRIES] = {
    let blank = Entry {
        id: [0; 2],
        code: 0,
        lengths: 0,
        local_lengths: 0,
        general: DEAD,
        international: DEAD,
        national: DEAD,
    };
    let mut entries = [blank; ENTRIES];
    let mut code = 0;
    let mut at = 0;
    while at < ENTRIES {
        if code + 1 < CODES && CODE_TABLE[code + 1].first as usize == at {
            code += 1;
        }
        let place = ENTRIES_AT + 12 * at;
        entries[at] = Entry {
            id: [FILE[place], FILE[place + 1]],
            code: code as u8,
            lengths: u16_at(place + 2),
            local_lengths: u16_at(place + 4),
            general: state_at(place + 6),
            international: state_at(place + 8),
            national: state_at(place + 10),
        };
        at += 1;
    }
    entries
};

/// No code, no country.
const NONE: u8 = u8::MAX;
const _: () = assert!(ENTRIES < NONE as usize); // and no code is without a country

/// By three digits, the place of the code with which they begin.
static CODE_OF: [u8; 1000] = {
    let mut places = [NONE; 1000];
    let mut at = 0;
    while at < CODES {
        let value = u16_at(CODES_AT + 6 * at) as usize;
        let width = if value < 10 {
            100
        } else if value < 100 {
            10
        } else {
            1
        };
        let mut digits = value * width;
        while digits < (value + 1) * width {
            // No code begins with another.
            assert!(places[digits] == NONE);
            places[digits] = at as u8;
            digits += 1;
        }
        at += 1;
    }
    places
};

/// By two letters, the country's place.
static ENTRY_OF: [u8; 26 * 26] = {
    let mut places = [NONE; 26 * 26];
    let mut at = 0;
    while at < ENTRIES {
        let [first, second] = ENTRY_TABLE[at].id;
        // The services that have a code and no country are `00`.
        if first != b'0' {
            places[(first - b'A') as usize * 26 + (second - b'A') as usize] = at as u8;
        }
        at += 1;
    }
    places
};

/// Where a number is valid among the countries that share its calling code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity(u32);

impl Validity {
    /// The place of the country to which the number belongs; none where it isn't valid.
    pub(super) const fn belongs(self) -> Option<u8> {
        ((self.0 >> 27) as u8).checked_sub(1)
    }

    /// Whether it is valid in the country with this place, to which it needn't belong.
    pub(super) const fn is_valid_in(self, place: u8) -> bool {
        self.0 & (1 << place) != 0
    }
}

/// The state behind an ASCII digit.
#[inline]
pub(super) fn step(state: State, digit: u8) -> State {
    let digit = usize::from(digit.wrapping_sub(b'0'));
    match NEXT.get(usize::from(state) + digit) {
        Some(&next) if digit < DIGITS => next,
        _ => DEAD,
    }
}

/// The state's label, whose meaning depends on where the walk began.
#[inline]
fn label(state: State) -> u16 {
    LABELS
        .get(usize::from(state) / DIGITS)
        .copied()
        .unwrap_or_default()
}

/// What the state at the end of a [`Code::plan`] means.
pub(super) fn validity(state: State) -> Validity {
    VALIDITIES
        .get(usize::from(label(state)))
        .copied()
        .unwrap_or(Validity(0))
}

/// Whether an [`Entry::general`] pattern may end in this state.
pub(super) fn is_end(state: State) -> bool {
    label(state) != 0
}

/// The actions of a prefix that has come to this state: if the digits go on, and if they end here.
pub(super) fn actions(state: State) -> [u8; 2] {
    label(state).to_le_bytes()
}

/// The action of this number; 0 is none.
pub(super) fn action(number: u8) -> Option<&'static Action> {
    ACTION_TABLE
        .get(usize::from(number))
        .filter(|_| number != 0)
}

/// The place of the code with which digits begin.
pub(super) fn code_of(digits: &[u8]) -> Option<u8> {
    let &[first, second, third, ..] = digits else {
        return None;
    };
    let number = [first, second, third].iter().fold(0, |number, digit| {
        number * 10 + usize::from(digit.wrapping_sub(b'0'))
    });
    CODE_OF.get(number).copied().filter(|&place| place != NONE)
}

/// The code of a place.
pub(super) fn code(place: u8) -> &'static Code {
    CODE_TABLE.get(usize::from(place)).unwrap_or(&CODE_TABLE[0])
}

/// The country of a place.
pub(super) fn entry(place: u8) -> &'static Entry {
    ENTRY_TABLE
        .get(usize::from(place))
        .unwrap_or(&ENTRY_TABLE[0])
}

/// The place of the country with this alpha-2 code in upper case.
pub(super) fn entry_of(alpha2: &str) -> Option<u8> {
    let &[first @ b'A'..=b'Z', second @ b'A'..=b'Z'] = alpha2.as_bytes() else {
        return None;
    };
    let at = usize::from(first - b'A') * 26 + usize::from(second - b'A');
    ENTRY_OF.get(at).copied().filter(|&place| place != NONE)
}
