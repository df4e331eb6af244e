//! The file: TOML, whose keys are those of the table and no others.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::keys::{KEYS, Key};
use super::value::Shape;
use super::{Config, ConfigError, Source};

/// Puts what the file says into the configuration.
pub(super) fn load(
    path: &Path,
    config: &mut Config,
    sources: &mut [Source],
) -> Result<(), ConfigError> {
    let shown = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|error| ConfigError::File(shown.clone(), error))?;
    read(&shown, &text, config, sources)
}

fn read(
    name: &str,
    text: &str,
    config: &mut Config,
    sources: &mut [Source],
) -> Result<(), ConfigError> {
    let place = |at: usize| {
        let before = text.get(..at).unwrap_or(text);
        format!("{name}, line {}", before.matches('\n').count() + 1)
    };
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        place: place(error.span().map_or(0, |span| span.start)),
        message: error.message().into(),
    })?;
    for (key, value) in table.get_ref() {
        let place = place(key.span().start);
        let found = KEYS
            .iter()
            .position(|known| known.name == key.get_ref().as_ref());
        let Some(at) = found else {
            return Err(ConfigError::Unknown {
                place,
                key: key.get_ref().to_string(),
            });
        };
        set(&KEYS[at], value.get_ref(), &place, config)?;
        sources[at] = Source::File(place);
    }
    Ok(())
}

fn set(
    key: &Key,
    value: &DeValue<'_>,
    place: &str,
    config: &mut Config,
) -> Result<(), ConfigError> {
    let given = match (key.shape, value) {
        (Shape::Number, DeValue::Integer(number)) => {
            let read = i128::from_str_radix(number.as_str(), number.radix());
            read.ok().map(|number| number.to_string())
        }
        (Shape::Switch, DeValue::Boolean(value)) => Some(value.to_string()),
        (Shape::Text | Shape::Secret, DeValue::String(text)) => Some(text.to_string()),
        (Shape::List, DeValue::Array(entries)) => entries
            .iter()
            .map(|entry| Some(entry.get_ref().as_str()?.to_owned()))
            .collect::<Option<Vec<_>>>()
            .map(|entries| entries.join(",")),
        _ => None,
    };
    let Some(given) = given else {
        let wanted = match key.shape {
            Shape::Number => "a whole number",
            Shape::Switch => "true or false",
            Shape::Text | Shape::Secret => "a text in quotes",
            Shape::List => "a list of texts",
        };
        return Err(refusal(key, place, value.type_str(), wanted.into()));
    };
    (key.set)(config, &given).map_err(|wanted| refusal(key, place, &format!("“{given}”"), wanted))
}

fn refusal(key: &Key, place: &str, shown: &str, wanted: String) -> ConfigError {
    let shown = if key.shape == Shape::Secret {
        "what stands there"
    } else {
        shown
    };
    ConfigError::Value {
        place: format!("{} ({place})", key.name),
        shown: shown.into(),
        wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::KEYS;
    use super::super::{Config, Source};

    fn load(text: &str) -> Result<Config, String> {
        let mut config = Config::default();
        let mut sources = vec![Source::Default; KEYS.len()];
        match super::read("muster.toml", text, &mut config, &mut sources) {
            Ok(()) => Ok(config),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn reads_every_shape() {
        let text = "bind = '::1' # where\nport = 0x50\ncreate_workspaces = false\nmax_rows = 1_000\n\
                    jwt_secret = \"hush\"";
        let config = load(text).unwrap();
        assert_eq!((config.bind.as_str(), config.port), ("::1", 80));
        assert_eq!(
            (config.create_workspaces, config.limits.max_rows),
            (false, 1_000)
        );
        assert!(!format!("{config:?}").contains("hush"));
    }

    #[test]
    fn names_the_place_of_what_is_wrong() {
        #[track_caller]
        fn check(text: &str, sentence: &str) {
            assert_eq!(load(text).unwrap_err(), sentence);
        }
        check(
            "bind = '::1'\nprot = 80",
            "muster.toml, line 2: there is no key “prot”; `muster_server --help` lists them",
        );
        check(
            "\n[server]\nport = 80",
            "muster.toml, line 2: there is no key “server”; `muster_server --help` lists them",
        );
        check(
            "port = 65536",
            "port (muster.toml, line 1): “65536” is not a whole number from 0 to 65535",
        );
        check(
            "workers = 0",
            "workers (muster.toml, line 1): “0” is not a whole number from 1 to 256",
        );
        check(
            "port = '80'",
            "port (muster.toml, line 1): string is not a whole number",
        );
        check(
            "demo = 1",
            "demo (muster.toml, line 1): integer is not true or false",
        );
        check(
            "jwt_secret = 12345",
            "jwt_secret (muster.toml, line 1): what stands there is not a text in quotes",
        );
        check("port = 80\nport = 81", "muster.toml, line 2: duplicate key");
    }
}
