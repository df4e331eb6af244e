//! Flags and the environment, by clap, and the three layers put together.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::keys::{KEYS, Key};
use super::value::{Shape, Shown};
use super::{Config, ConfigError, Loaded, Source, file};

/// What flags and environment say, unread.
#[derive(Clone, Debug)]
pub struct Flags {
    file: Option<PathBuf>,
    given: Vec<Option<(Source, String)>>,
}

impl Flags {
    /// The configuration in effect: flags before environment before file before defaults.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let mut config = Config::default();
        let mut sources = vec![Source::Default; KEYS.len()];
        if let Some(path) = &self.file {
            file::load(path, &mut config, &mut sources)?;
        }
        for ((key, given), source) in KEYS.iter().zip(&self.given).zip(&mut sources) {
            let Some((from, text)) = given else { continue };
            (key.set)(&mut config, text).map_err(|wanted| refusal(key, from, text, wanted))?;
            *source = from.clone();
        }
        Ok(Loaded { config, sources })
    }
}

fn refusal(key: &Key, from: &Source, text: &str, wanted: String) -> ConfigError {
    ConfigError::Value {
        place: if *from == Source::Flag {
            key.flag()
        } else {
            key.variable()
        },
        shown: if key.shape == Shape::Secret {
            "what is given".into()
        } else {
            format!("“{text}”")
        },
        wanted,
    }
}

/// The names of a key that clap wants for as long as the program runs.
struct Names {
    flag: String,
    variable: String,
    help: String,
}

static NAMES: LazyLock<Vec<Names>> = LazyLock::new(|| {
    let defaults = Config::default();
    let named = |key: &Key| Names {
        flag: key.name.replace('_', "-"),
        variable: key.variable(),
        help: match (key.show)(&defaults) {
            Shown::Value(value) => format!("{} [default: {value}]", key.help.trim()),
            _ => key.help.trim().to_owned(),
        },
    };
    KEYS.iter().map(named).collect()
});

const FILE: &str = "config";

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new(FILE)
            .long("config")
            .env("MUSTER_CONFIG")
            .hide_env_values(true)
            .global(true)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("A TOML file with any of the keys below, as in body_seconds = 30");
        KEYS.iter()
            .zip(NAMES.iter())
            .fold(command.arg(file), |command, (key, names)| {
                command.arg(argument(key, names))
            })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn argument(key: &Key, names: &'static Names) -> Arg {
    let argument = Arg::new(key.name)
        .long(names.flag.as_str())
        .env(names.variable.as_str())
        .hide_env_values(true)
        .global(true)
        .help(names.help.as_str())
        .help_heading(key.group);
    match key.shape {
        // `--demo` alone says yes, and never takes what follows for its value.
        Shape::Switch => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("true|false"),
        Shape::Number => argument.value_name("NUMBER"),
        Shape::List => argument.value_name("A,B"),
        Shape::Text | Shape::Secret => argument.value_name("TEXT"),
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |key: &Key| {
            let source = match matches.value_source(key.name)? {
                ValueSource::CommandLine => Source::Flag,
                ValueSource::EnvVariable => Source::Environment,
                _ => return None,
            };
            Some((source, matches.get_one::<String>(key.name)?.clone()))
        };
        Ok(Self {
            file: matches.get_one::<PathBuf>(FILE).cloned(),
            given: KEYS.iter().map(given).collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
