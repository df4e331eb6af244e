//! Whether a step has to be done again: a file that remembers, by content, what its result was made of.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Folders that hold results, not sources.
const RESULTS: [&str; 4] = ["node_modules", "dist", "target", "results"];

/// What something is made of, and the file that remembers it.
pub(crate) struct Stamp {
    file: PathBuf,
    made_of: String,
}

impl Stamp {
    /// Over the names and contents of these files and folders. What doesn't exist counts as absent.
    pub(crate) fn new(file: PathBuf, sources: &[PathBuf]) -> anyhow::Result<Self> {
        // A build of this program sees equal sources as equal; another one may not, and does the step once more.
        let mut hasher = DefaultHasher::new();
        for source in sources {
            add(source, &mut hasher)
                .with_context(|| format!("cannot read {}", source.display()))?;
        }
        Ok(Self {
            file,
            made_of: format!("{:016x}\n", hasher.finish()),
        })
    }

    /// Whether the result was made of just this.
    pub(crate) fn is_fresh(&self) -> bool {
        std::fs::read_to_string(&self.file).is_ok_and(|old| old == self.made_of)
    }

    /// Remembers.
    pub(crate) fn write(&self) -> anyhow::Result<()> {
        std::fs::write(&self.file, &self.made_of)
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<()> {
    if path.is_dir() {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        inside.sort();
        for path in inside {
            if !RESULTS.iter().any(|result| path.ends_with(result)) {
                add(&path, hasher)?;
            }
        }
    } else if path.exists() {
        path.hash(hasher);
        std::fs::read(path)?.hash(hasher);
    }
    Ok(())
}
