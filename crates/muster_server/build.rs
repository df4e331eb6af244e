//! The page is embedded from `www/dist`. The folder is made here where it is missing, so that the server also builds
//! before the page does, and notices when the page was built since.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/dist");
    std::fs::create_dir_all(&dist)?;
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=migrations");
    Ok(())
}
