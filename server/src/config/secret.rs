//! `SESSION_SECRET`: what counts as a good one, and the keys made from it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use sha2::Sha256;
use std::collections::HashSet;
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;
use tower_sessions::cookie::Key;

const LEAST_BYTES: usize = 32;
const HOW_TO: &str = "make one with: openssl rand -base64 48";

/// The keys of the session cookie: the first signs, every one of them verifies.
#[derive(Clone)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// The key that signs new cookies.
    pub fn signing(&self) -> &Key {
        &self.0[0]
    }

    /// The keys that only verify: those of secrets on their way out.
    pub fn old(&self) -> &[Key] {
        &self.0[1..]
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.len()) // never the keys themselves: configs end up in logs
    }
}

impl FromStr for Keys {
    type Err = String;

    /// Reads a comma-separated list of secrets in base64, the signing one first.
    fn from_str(list: &str) -> Result<Self, String> {
        if list.is_empty() {
            return Err(format!("is missing; {HOW_TO}"));
        }
        list.split(',').map(|secret| key(secret.trim())).collect::<Result<_, _>>().map(Self)
    }
}

fn key(secret: &str) -> Result<Key, String> {
    let Ok(bytes) = STANDARD.decode(secret) else {
        return Err(format!("must be base64 (or several, with commas between); {HOW_TO}"));
    };
    if bytes.len() < LEAST_BYTES {
        return Err(format!("must hold at least {LEAST_BYTES} bytes, this holds {}; {HOW_TO}", bytes.len()));
    }
    // Catches what people type by hand to be rid of the message: one letter held down, `abcabcabc…`.
    if bytes.iter().collect::<HashSet<_>>().len() < LEAST_BYTES / 2 {
        return Err(format!("is not random; {HOW_TO}"));
    }
    let mut derived = [0; 64];
    Hkdf::<Sha256>::new(None, &bytes)
        .expand(b"session cookie", &mut derived)
        .map_err(|_| "could not be turned into a key".to_owned())?;
    Ok(Key::from(&derived))
}

/// Makes a random secret and appends it to the file at `path`; returns it.
pub(super) fn append_random(path: &Path) -> io::Result<String> {
    let mut secret = Vec::new();
    for _ in 0..3 {
        secret.extend_from_slice(uuid::Uuid::new_v4().as_bytes()); // 122 random bits each
    }
    let secret = STANDARD.encode(secret);
    let written = std::fs::read_to_string(path).unwrap_or_default();
    if written.lines().any(|line| line.trim_start().starts_with("SESSION_SECRET=")) {
        // The first line of a name counts: a second one would be ignored, and a third written at the next start.
        return Err(io::Error::other("it holds an empty SESSION_SECRET already; delete that line"));
    }
    let is_cut = !written.is_empty() && !written.ends_with('\n');
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600); // nobody else on this machine
    let mut file = options.open(path)?;
    let line_break = if is_cut { "\n" } else { "" };
    writeln!(file, "{line_break}SESSION_SECRET={secret}")?;
    Ok(secret)
}
