//! Where the browser's files are, whether or not their names have hashes.

use leptos::prelude::LeptosOptions;
use std::path::Path;
use std::sync::Arc;

/// Where the browser's files are: the stylesheet's path, and Leptos's own settings for the islands' script.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Leptos's settings. They are a dozen texts, and each request has them.
    pub leptos: Arc<LeptosOptions>,
    /// The path of the stylesheet.
    pub stylesheet: Arc<str>,
}

impl Assets {
    /// The files that cargo-leptos built under these settings. If it put hashes into their names, it wrote them
    /// into a file beside the program, and there is no stylesheet without one.
    pub fn of(mut leptos: LeptosOptions) -> Self {
        let stylesheet = |hash: &str| format!("{}/{}{hash}.css", leptos.site_pkg_dir, leptos.output_name);
        let plain = stylesheet("");
        let hash = if Path::new(&*leptos.site_root).join(&plain).exists() { None } else { css_hash(&leptos) };
        let stylesheet =
            format!("/{}", hash.as_ref().map_or(plain, |hash| stylesheet(&format!(".{hash}")))).into();
        leptos.hash_files = hash.is_some();
        Self { leptos: Arc::new(leptos), stylesheet }
    }

    /// Whether the files were built and are where the settings say.
    pub fn are_there(&self) -> bool {
        Path::new(&*self.leptos.site_root).join(self.stylesheet.trim_start_matches('/')).exists()
    }
}

fn css_hash(leptos: &LeptosOptions) -> Option<String> {
    let beside = std::env::current_exe().ok()?.parent()?.join(&*leptos.hash_file);
    let hashes = std::fs::read_to_string(beside).ok()?;
    hashes.lines().find_map(|line| line.strip_prefix("css:")).map(|hash| hash.trim().to_owned())
}
