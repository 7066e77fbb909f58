//! How the product's mails read. Each is written once, and comes as text and as HTML.

mod letters;
mod looks;
mod notices;
#[cfg(debug_assertions)]
mod previews;

use server::emails::{Addressed, Letter};
use server::tokens::Purpose;
use url::Url;

#[cfg(debug_assertions)]
pub use previews::{PREVIEWS, preview};

/// A mail before it has its looks.
pub(crate) struct Draft {
    /// What it is about.
    pub subject: String,
    /// What it says, after a greeting.
    pub paragraphs: Vec<String>,
    /// What the one button says, and where it leads.
    pub button: Option<(&'static str, String)>,
    /// What it says below the button.
    pub after: Vec<String>,
}

/// A mail as people read it.
pub struct Written {
    /// What it is about.
    pub subject: String,
    /// What it says, for those who read text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Writes a letter to whoever it is addressed to. Its links lead to the product at `site`.
pub fn write(letter: &Letter, to: &Addressed, site: &Url) -> Written {
    let draft = letters::draft(letter, to, site);
    Written {
        text: looks::text(&draft, &to.name),
        html: looks::html(&draft, &to.name),
        subject: draft.subject,
    }
}

/// A link to a page of the product, with what the page needs to know.
pub(crate) fn link(site: &Url, path: &str, token: &str) -> String {
    let mut link = site.clone();
    link.set_path(path);
    if !token.is_empty() {
        link.query_pairs_mut().append_pair("token", token);
    }
    link.into()
}

fn lasts(purpose: Purpose) -> String {
    let minutes = purpose.lasts().as_secs() / 60;
    let time = match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} minutes"),
        (1, _) => "an hour".to_owned(),
        (hours, _) => format!("{hours} hours"),
    };
    format!("The link works once, for {time}.")
}
