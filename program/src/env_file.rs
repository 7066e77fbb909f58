//! Reads `.env` into the environment. An error never contains a value: values are passwords, and errors are logged.

use std::cell::Cell;
use std::error::Error as AnyError;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::rc::Rc;

/// Only the working directory is searched: a parent may be another product, with a database of its own.
pub const DEFAULT: &str = ".env";
const HOW_TO: &str = "write NAME=value, and put a value with blanks, quotes, # or $ between single quotes; each quote must be closed";

/// Returns whether the file exists; a named one must. Existing environment variables take precedence.
pub fn read(file: &Path, is_named: bool) -> Result<bool, Box<dyn AnyError>> {
    let name = file.display();
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound && !is_named => return Ok(false),
        // Docker creates a folder if the file to mount is missing.
        Err(error) if error.kind() == ErrorKind::IsADirectory => {
            return Err(format!("{name} is a folder, not a file").into());
        }
        Err(error) => return Err(format!("{name} cannot be read: {error}").into()),
    };
    load(&name.to_string(), &bytes).map(|()| true)
}

fn load(name: &str, bytes: &[u8]) -> Result<(), Box<dyn AnyError>> {
    let text = text(bytes).map_err(|(line, what)| format!("{name}, line {line}: {what}"))?;
    let read = Rc::new(Cell::new(0));
    let lines = Lines { rest: text.as_bytes(), read: read.clone() };
    dotenvy::from_read_iter(lines).load().map_err(|error| {
        let line = first_line(&error, read.get());
        let setting =
            text.lines().nth(line - 1).and_then(setting).map_or(String::new(), |name| format!(", {name}"));
        format!("{name}, line {line}{setting}: this cannot be read; {HOW_TO}").into()
    })
}

/// Returns the number of an invalid line. NUL must be refused here: setting it as a variable panics with the value.
fn text(bytes: &[u8]) -> Result<String, (usize, &'static str)> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let line = |at: usize| 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
    let text = str::from_utf8(bytes).map_err(|error| (line(error.valid_up_to()), "this is not UTF-8"))?;
    if let Some(at) = text.find('\0') {
        return Err((line(at), "this contains a NUL character"));
    }
    // Without a line break, the library refuses a blank at the end of the file.
    Ok(format!("{text}\n"))
}

/// The error of an unclosed quote is at the end of the file; its first line is where the quote began.
fn first_line(error: &dotenvy::Error, last: usize) -> usize {
    let lines = match error {
        dotenvy::Error::LineParse(text, _) => text.lines().count().max(1),
        _ => 1,
    };
    (last + 1).saturating_sub(lines).max(1)
}

/// Returns the name of the line's setting. Any other text may be part of a secret.
fn setting(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let (name, rest) = line.split_at(line.find(|c| !is_of_name(c))?);
    let ends = rest.starts_with(['=', ' ', '\t']);
    (ends && name.contains('_') && name.starts_with(|c: char| c.is_ascii_uppercase())).then_some(name)
}

struct Lines<'a> {
    rest: &'a [u8],
    read: Rc<Cell<usize>>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let end = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |at| at + 1);
        let (now, later) = self.rest.split_at(end.min(buffer.len()));
        buffer[..now.len()].copy_from_slice(now);
        self.read.set(self.read.get() + usize::from(now.ends_with(b"\n")));
        self.rest = later;
        Ok(now.len())
    }
}
