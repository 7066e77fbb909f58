//! The mailbox of a developer's machine: a folder with two files per email. A release build does not contain it.

use super::EmailMessage;
use crate::id::Id;
use std::path::{Path, PathBuf};
use std::{fs, io};

const MAX_EMAILS: usize = 200;

#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn of_developer() -> Self {
        Self("data/mailbox".into())
    }

    /// For tests.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub fn put(&self, email: &EmailMessage) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        fs::write(self.file(&email.id, "html"), &email.html)?;
        // Last, because the list of emails looks for these files.
        fs::write(self.file(&email.id, "txt"), format!("{}\n{}\n{}", email.to, email.subject, email.text))?;
        for old in self.ids()?.into_iter().skip(MAX_EMAILS) {
            fs::remove_file(self.file(&old, "txt"))?;
            fs::remove_file(self.file(&old, "html"))?;
        }
        Ok(())
    }

    /// Newest first.
    pub fn emails(&self) -> io::Result<Vec<EmailMessage>> {
        self.ids()?.into_iter().map(|id| self.read(&id)).collect()
    }

    pub fn find(&self, id: &Id<EmailMessage>) -> io::Result<Option<EmailMessage>> {
        match self.read(id.as_str()) {
            Ok(email) => Ok(Some(email)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read(&self, id: &str) -> io::Result<EmailMessage> {
        let written = fs::read_to_string(self.file(id, "txt"))?;
        let mut parts = written.splitn(3, '\n').map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        let (to, subject, text) = (part(), part(), part());
        Ok(EmailMessage {
            id: id.to_owned(),
            to,
            subject,
            text,
            html: fs::read_to_string(self.file(id, "html"))?,
        })
    }

    /// The keys sort by time.
    fn ids(&self) -> io::Result<Vec<String>> {
        let Ok(entries) = fs::read_dir(&self.0) else {
            return Ok(Vec::new());
        };
        let is_email = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "txt");
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_email);
        let mut ids: Vec<String> =
            paths.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
        ids.sort_by(|one, other| other.cmp(one));
        Ok(ids)
    }

    fn file(&self, id: &str, extension: &str) -> PathBuf {
        self.0.join(format!("{id}.{extension}"))
    }
}
