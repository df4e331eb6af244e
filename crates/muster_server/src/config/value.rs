//! How values are read and shown: the same from a flag, a variable and the file.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// What a number may be.
pub(super) type Bounds = RangeInclusive<u64>;

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Switch,
    List,
    Secret,
}

/// A value as the effective configuration has it.
pub(super) enum Shown {
    /// As the file would say it.
    Value(String),
    Unset,
    Hidden,
}

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// What is to be kept.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

pub(super) trait Setting: Sized {
    const SHAPE: Shape;
    /// Reads it; what would be right where it can't be.
    fn read(text: &str, bounds: Option<Bounds>) -> Result<Self, String>;
    fn show(&self) -> Shown;
}

/// A text in quotes, as TOML and JSON have them alike.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Setting for String {
    const SHAPE: Shape = Shape::Text;

    fn read(text: &str, _: Option<Bounds>) -> Result<Self, String> {
        if text.is_empty() {
            return Err("a text".into());
        }
        Ok(text.into())
    }

    fn show(&self) -> Shown {
        Shown::Value(quoted(self))
    }
}

impl Setting for PathBuf {
    const SHAPE: Shape = Shape::Text;

    fn read(text: &str, _: Option<Bounds>) -> Result<Self, String> {
        if text.is_empty() {
            return Err("a path".into());
        }
        Ok(text.into())
    }

    fn show(&self) -> Shown {
        Shown::Value(quoted(&self.display().to_string()))
    }
}

impl Setting for Secret {
    const SHAPE: Shape = Shape::Secret;

    fn read(text: &str, _: Option<Bounds>) -> Result<Self, String> {
        if text.is_empty() {
            return Err("a secret".into());
        }
        Ok(text.into())
    }

    fn show(&self) -> Shown {
        Shown::Hidden
    }
}

impl<T: Setting> Setting for Option<T> {
    const SHAPE: Shape = T::SHAPE;

    /// An empty value unsets it: so a variable can take back what the file says.
    fn read(text: &str, bounds: Option<Bounds>) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(None);
        }
        T::read(text, bounds).map(Some)
    }

    fn show(&self) -> Shown {
        self.as_ref().map_or(Shown::Unset, T::show)
    }
}

/// Entries are parted by commas.
impl Setting for Vec<String> {
    const SHAPE: Shape = Shape::List;

    fn read(text: &str, _: Option<Bounds>) -> Result<Self, String> {
        let entries = text.split(',').map(str::trim);
        Ok(entries
            .filter(|entry| !entry.is_empty())
            .map(str::to_owned)
            .collect())
    }

    fn show(&self) -> Shown {
        let entries: Vec<String> = self.iter().map(|entry| quoted(entry)).collect();
        Shown::Value(format!("[{}]", entries.join(", ")))
    }
}

impl Setting for bool {
    const SHAPE: Shape = Shape::Switch;

    fn read(text: &str, _: Option<Bounds>) -> Result<Self, String> {
        text.parse().map_err(|_| "true or false".into())
    }

    fn show(&self) -> Shown {
        Shown::Value(self.to_string())
    }
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Setting for $type {
            const SHAPE: Shape = Shape::Number;

            fn read(text: &str, bounds: Option<Bounds>) -> Result<Self, String> {
                let bounds = bounds.unwrap_or(0..=<$type>::MAX as u64);
                let number = text.parse().ok().filter(|number| bounds.contains(number));
                number
                    .and_then(|number| Self::try_from(number).ok())
                    .ok_or_else(|| format!("a whole number from {} to {}", bounds.start(), bounds.end()))
            }

            fn show(&self) -> Shown {
                Shown::Value(self.to_string())
            }
        }
    )*};
}

numbers! { u16 u32 u64 usize }
