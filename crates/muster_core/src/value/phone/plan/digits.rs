//! Digits on their way to a number, without an allocation.

/// No number is longer, all its prefixes included; `tables.bin` is made so that none removes more.
pub(super) const MAX_DIALLED: usize = 40;

/// Digits on their way to a number, the prefixes that were dialled included.
pub(super) struct Digits {
    bytes: [u8; MAX_DIALLED],
    length: usize,
}

impl Digits {
    /// The digits of all parts; none if they are more than any number has.
    pub(super) fn new(parts: [&[u8]; 3]) -> Option<Self> {
        let mut digits = Self {
            bytes: [0; MAX_DIALLED],
            length: 0,
        };
        for part in parts {
            let end = digits.length + part.len();
            digits
                .bytes
                .get_mut(digits.length..end)?
                .copy_from_slice(part);
            digits.length = end;
        }
        Some(digits)
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}
