//! Makes the `SESSION_SECRET` of a development environment at its first start.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

pub(super) fn append_random(path: &Path) -> io::Result<String> {
    let mut secret = Vec::new();
    for _ in 0..3 {
        secret.extend_from_slice(uuid::Uuid::new_v4().as_bytes()); // 122 random bits each
    }
    let secret = STANDARD.encode(secret);
    let written = std::fs::read_to_string(path).unwrap_or_default();
    if written.lines().any(|line| line.trim_start().starts_with("SESSION_SECRET=")) {
        // The first line of a name counts, so every start would append another line.
        return Err(io::Error::other("it holds an empty SESSION_SECRET already; delete that line"));
    }
    let is_cut = !written.is_empty() && !written.ends_with('\n');
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600); // no other user of this machine
    let mut file = options.open(path)?;
    let line_break = if is_cut { "\n" } else { "" };
    writeln!(file, "{line_break}# Random, made at the first start.\nSESSION_SECRET={secret}")?;
    Ok(secret)
}
