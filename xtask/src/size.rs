//! The size budget: the maximum bytes of scripts and styles for a browser, in Brotli.

use crate::Done;
use crate::checkout::Checkout;
use std::fs;
use std::path::Path;

/// JavaScript and WebAssembly together, in bytes.
const SCRIPT: u64 = 60_000;
/// The stylesheet, in bytes.
const STYLE: u64 = 30_000;

/// One file that browsers download.
pub struct Download {
    /// Name relative to the site's package folder.
    pub name: String,
    /// Size on disk, in bytes.
    pub raw: u64,
    /// Size in Brotli, in bytes; `None` if it was not compressed.
    pub brotli: Option<u64>,
}

/// Prints the downloads, and fails if they exceed the budget.
pub fn check(checkout: &Checkout) -> Done {
    let downloads = downloads(&checkout.browser_files()?)?;
    print(&downloads);
    let script = total(&downloads, &["js", "wasm"])?;
    let style = total(&downloads, &["css"])?;
    println!("  script {script} of {SCRIPT} bytes, style {style} of {STYLE} bytes, in Brotli");
    if style == 0 {
        return Err("the release build wrote no stylesheet".into());
    }
    within("script", script, SCRIPT)?;
    within("style", style, STYLE)
}

/// Returns the scripts and stylesheets below a folder, sorted by name.
pub fn downloads(folder: &Path) -> Result<Vec<Download>, String> {
    let mut found = Vec::new();
    collect(folder, folder, &mut found)
        .map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Prints each file's size.
pub fn print(downloads: &[Download]) {
    for Download { name, raw, brotli } in downloads {
        let brotli = brotli.map_or("not compressed".to_owned(), |bytes| format!("{bytes:>8} in Brotli"));
        println!("  {name:<40} {raw:>8} bytes {brotli}");
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Download>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, found)?;
        } else if ["js", "wasm", "css"].iter().any(|kind| is_a(&path.to_string_lossy(), kind)) {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            let compressed = format!("{}.br", path.display());
            let brotli = fs::metadata(compressed).ok().map(|file| file.len());
            found.push(Download { name, raw: fs::metadata(&path)?.len(), brotli });
        }
    }
    Ok(())
}

fn is_a(name: &str, kind: &str) -> bool {
    name.strip_suffix(kind).is_some_and(|stem| stem.ends_with('.'))
}

fn total(downloads: &[Download], kinds: &[&str]) -> Result<u64, String> {
    let counted = downloads.iter().filter(|download| kinds.iter().any(|kind| is_a(&download.name, kind)));
    let size = |download: &Download| download.brotli.ok_or(format!("{} was not compressed", download.name));
    counted.map(size).sum()
}

fn within(what: &str, bytes: u64, budget: u64) -> Done {
    if bytes <= budget {
        return Ok(());
    }
    Err(format!("{what} is {} bytes over its budget of {budget} (set in xtask/src/size.rs)", bytes - budget))
}

#[cfg(test)]
mod tests {
    use super::{Download, total, within};

    fn file(name: &str, brotli: Option<u64>) -> Download {
        Download { name: name.into(), raw: 1000, brotli }
    }

    #[test]
    fn script_is_counted_apart_from_style() {
        let files = [file("app.js", Some(4)), file("app.wasm", Some(40)), file("app.css", Some(9))];
        assert_eq!(total(&files, &["js", "wasm"]), Ok(44));
        assert_eq!(total(&files, &["css"]), Ok(9));
    }

    #[test]
    fn a_file_that_was_not_compressed_is_not_taken_for_a_small_one() {
        assert!(total(&[file("app.js", None)], &["js"]).is_err());
    }

    #[test]
    fn the_budget_itself_is_allowed() {
        assert!(within("script", 60_000, 60_000).is_ok());
        assert!(within("script", 60_001, 60_000).is_err());
    }
}
