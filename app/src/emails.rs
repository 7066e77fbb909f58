//! How the product's mails read. Each is written once, and comes as text and as HTML.

mod contents;
mod notifications;
#[cfg(debug_assertions)]
mod previews;
mod template;

use server::emails::{Addressed, Email};
use server::tokens::Purpose;
use url::Url;

#[cfg(debug_assertions)]
pub use previews::{PREVIEWS, preview};

/// A mail before it has its looks.
pub(crate) struct Content {
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
pub struct Rendered {
    /// What it is about.
    pub subject: String,
    /// What it says, for those who read text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Writes an email to whoever it is addressed to. Its links lead to the product at `site`.
pub fn write(message: &Email, to: &Addressed, site: &Url) -> Rendered {
    let draft = contents::content(message, to, site);
    Rendered {
        text: template::text(&draft, &to.name),
        html: template::html(&draft, &to.name),
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
