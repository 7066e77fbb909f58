//! The files of an SQLite database. They are checked by path only: opening and closing one would drop SQLite's locks on
//! it.

use super::write_ahead_log::{Checkpoints, beside};
use crate::error::Error;
use std::fs::{DirBuilder, Metadata, OpenOptions, metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// Writes after its files were moved or deleted would be lost at the next start.
#[derive(Debug)]
pub(in crate::db) struct DatabaseFile {
    pub path: PathBuf,
    identities: [Identity; 3],
    is_reported: AtomicBool,
    refusal: OnceLock<String>,
    pub(super) checkpoints: Checkpoints,
}

/// Device and inode.
type Identity = (u64, u64);

impl DatabaseFile {
    pub fn open(path: &Path) -> Result<Self, Error> {
        let identities = identities(path).map_err(|error| unusable(path, &error.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            identities,
            is_reported: AtomicBool::default(),
            refusal: OnceLock::new(),
            checkpoints: Checkpoints::default(),
        })
    }

    pub fn check(&self) -> Result<(), Error> {
        if let Some(refusal) = self.refusal.get() {
            return Err(Error::DatabaseFile(refusal.clone()));
        }
        match self.is_present() {
            Ok(()) => {
                if self.is_reported.swap(false, Ordering::Relaxed) {
                    tracing::info!("{} is back: writing again", self.path.display());
                }
                Ok(())
            }
            Err(error) => {
                let refusal = unusable(&self.path, &error.to_string());
                if !self.is_reported.swap(true, Ordering::Relaxed) {
                    tracing::error!("{refusal}");
                }
                Err(refusal)
            }
        }
    }

    pub fn is_present(&self) -> io::Result<()> {
        if identities(&self.path)? == self.identities {
            return Ok(());
        }
        Err(io::Error::other("other files are in the place of those that this program has open"))
    }

    /// Blocks writes until the next start.
    pub fn refuse(&self, reason: Error) {
        tracing::error!("{reason}");
        self.refusal.get_or_init(|| reason.to_string());
    }
}

/// Only this user may read the file.
pub(super) fn create(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let created = folder.map_or(Ok(()), create_private).and_then(|()| {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map(drop)
    });
    match created {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(unusable(path, &error.to_string())),
        _ if path.is_dir() => Err(unusable(path, "this is a folder")),
        _ => Ok(()),
    }
}

fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn identities(path: &Path) -> io::Result<[Identity; 3]> {
    let mut identities = [(0, 0); 3];
    for (identity, suffix) in identities.iter_mut().zip(SUFFIXES) {
        let file = beside(path, suffix);
        let found =
            metadata(&file).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
        *identity = identity_of(&found);
    }
    Ok(identities)
}

#[cfg(unix)]
fn identity_of(found: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

/// Without Unix, an open file cannot be moved or deleted.
#[cfg(not(unix))]
fn identity_of(_: &Metadata) -> Identity {
    (0, 0)
}

pub(super) fn unusable(path: &Path, reason: &str) -> Error {
    Error::DatabaseFile(format!(
        "The database {} cannot be written to by {}: {reason}. Nothing more is saved. Put its files back, or let this user \
         write to them and to their folder; then start again.",
        path.display(),
        user()
    ))
}

fn user() -> String {
    #[cfg(unix)]
    if let Ok(process) = metadata("/proc/self") {
        return format!("user {}", std::os::unix::fs::MetadataExt::uid(&process));
    }
    "this user".into()
}
