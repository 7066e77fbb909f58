//! The download size of a page with an island: the maximum bytes of scripts and styles, in Brotli.

use crate::command::Done;
use std::fs::{self, DirEntry};
use std::path::Path;

const FOLDER: &str = "target/site/pkg";
/// JavaScript and WebAssembly together, in bytes.
const SCRIPT: u64 = 60_000;
/// The stylesheet, in bytes.
const STYLE: u64 = 16_000;

/// Prints the sizes of the release build, and fails above the maximum.
pub fn check() -> Done {
    let script = within("script", total(FOLDER.as_ref(), &["js.br", "wasm.br"]), SCRIPT);
    within("style", total(FOLDER.as_ref(), &["css.br"]), STYLE).and(script)
}

fn total(folder: &Path, ends: &[&str]) -> u64 {
    let size = |entry: DirEntry| match entry.path() {
        path if path.is_dir() => total(&path, ends),
        path if ends.iter().any(|end| path.to_string_lossy().ends_with(end)) => {
            entry.metadata().map_or(0, |file| file.len())
        }
        _ => 0,
    };
    fs::read_dir(folder).into_iter().flatten().flatten().map(size).sum()
}

fn within(what: &str, bytes: u64, maximum: u64) -> Done {
    println!("  {what}: {bytes} of {maximum} bytes, in Brotli");
    match bytes {
        0 => Err(format!("there is no compressed {what} in {FOLDER}: cargo xtask test build")),
        bytes if bytes > maximum => Err(format!("{what} is too large (maximum: xtask/src/size.rs)")),
        _ => Ok(()),
    }
}
