//! Paths of the browser's files, with or without hashes in their names.

use leptos::hydration::HydrationScripts;
use leptos::prelude::*;
use std::path::Path;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Assets {
    /// Leptos's settings; behind an `Arc` because each request clones them.
    pub leptos: Arc<LeptosOptions>,
    pub stylesheet: Arc<str>,
    /// Content of the script that loads the islands once the browser is idle.
    pub island_script: Arc<str>,
}

impl Assets {
    /// Finds the files that cargo-leptos built. If the names have hashes, cargo-leptos wrote the hashes into a file
    /// beside the program.
    pub fn of(mut leptos: LeptosOptions) -> Self {
        let stylesheet = |hash: &str| format!("{}/{}{hash}.css", leptos.site_pkg_dir, leptos.output_name);
        let plain = stylesheet("");
        let hash = if Path::new(&*leptos.site_root).join(&plain).exists() { None } else { css_hash(&leptos) };
        let stylesheet =
            format!("/{}", hash.as_ref().map_or(plain, |hash| stylesheet(&format!(".{hash}")))).into();
        leptos.hash_files = hash.is_some();
        Self { island_script: island_script(&leptos).into(), leptos: Arc::new(leptos), stylesheet }
    }

    pub fn stylesheet_exists(&self) -> bool {
        Path::new(&*self.leptos.site_root).join(self.stylesheet.trim_start_matches('/')).exists()
    }
}

fn css_hash(leptos: &LeptosOptions) -> Option<String> {
    let beside = std::env::current_exe().ok()?.parent()?.join(&*leptos.hash_file);
    let hashes = std::fs::read_to_string(beside).ok()?;
    hashes.lines().find_map(|line| line.strip_prefix("css:")).map(|hash| hash.trim().to_owned())
}

/// `HydrationScripts` reads a file each time, so it is rendered once. Its preload links are left out: they would delay
/// the first paint of a page that works without the islands.
fn island_script(leptos: &LeptosOptions) -> String {
    let html = Owner::new_root(None)
        .with(|| view! { <HydrationScripts options=leptos.clone() islands=true/> }.into_view().to_html());
    let script = html.split_once("<script").and_then(|(_, script)| script.split_once('>'));
    let script = script.and_then(|(_, script)| script.strip_suffix("</script>")).unwrap_or_default();
    // A browser that draws all the time, or has no window, may never be idle.
    script.replace("requestIdleCallback(c)", "requestIdleCallback(c, { timeout: 1000 })")
}
