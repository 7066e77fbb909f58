//! The product's emails. Each is written once and rendered as text and as HTML.

mod contents;
mod notifications;
#[cfg(debug_assertions)]
mod previews;
mod template;

use crate::removal::Removal;
use server::Config;
use server::emails::{Email, Recipient};
use server::tokens::Purpose;
use url::Url;

#[cfg(debug_assertions)]
pub use previews::{PREVIEWS, preview};

/// The content of an email, before it is rendered as text or HTML.
pub(crate) struct Content {
    pub subject: String,
    /// Paragraphs after the greeting.
    pub paragraphs: Vec<String>,
    /// Text and address of the one button.
    pub button: Option<(&'static str, String)>,
    /// Paragraphs below the button.
    pub after: Vec<String>,
}

/// The settings that the texts of emails depend on.
#[derive(Clone, Debug)]
pub struct Site {
    /// `PUBLIC_URL`.
    pub url: Url,
    /// `SINGLE_SIGN_ON_ONLY`: the pages about passwords do not exist.
    pub sign_on_only: bool,
    /// Texts about what a link removes.
    pub removal: Removal,
}

impl Site {
    pub fn of(config: &Config) -> Self {
        let (url, sign_on_only) = (config.public_url.clone(), config.single_sign_on.only);
        Self { url, sign_on_only, removal: Removal::of(config) }
    }
}

pub struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Renders an email for its recipient.
pub fn render(message: &Email, to: &Recipient, site: &Site) -> Rendered {
    let content = contents::content(message, to, site);
    Rendered {
        text: template::text(&content, &to.name),
        html: template::html(&content, &to.name),
        subject: content.subject,
    }
}

/// Returns the URL of a page, with the token if there is one.
pub(crate) fn link(site: &Site, path: &str, token: &str) -> String {
    let mut link = site.url.clone();
    link.set_path(path);
    if !token.is_empty() {
        link.query_pairs_mut().append_pair("token", token);
    }
    link.into()
}

fn lifetime_text(purpose: Purpose) -> String {
    let minutes = purpose.lifetime().as_secs() / 60;
    let time = match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} minutes"),
        (1, _) => "an hour".to_owned(),
        (hours, _) => format!("{hours} hours"),
    };
    format!("The link works once, for {time}.")
}
