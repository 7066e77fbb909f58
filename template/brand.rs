//! The product's name, cookie names and logo. Its colours are in `style/colors.css`.

use crate::colors::{DARK, LIGHT};
use crate::html::{Html, Rendered};
use leptos::prelude::*;

pub const NAME: &str = "{{project-name | title_case}}";
/// A description in one line.
pub const TAGLINE: &str = "A new product.";

/// For search engines, and for links to the site.
pub const DESCRIPTION: &str =
    "Accounts, sessions that can be revoked at once, and an admin area for both. Build your product on top.";

/// Name of the session cookie, in development and in production. The prefix `__Host-` makes browsers refuse a cookie
/// that was set for a path, for a parent domain or over plain HTTP. The prefix requires `Secure`, so development does
/// not use it.
pub const SESSION_COOKIE: [&str; 2] = ["{{project-name}}-session", "__Host-{{project-name}}-session"];
/// Name of the cookie that outlives log-ins, in development and in production.
pub const BROWSER_COOKIE: [&str; 2] = ["{{project-name}}-browser", "__Host-{{project-name}}-browser"];
/// Name of the cookie with the page that a visitor wanted before the log-in, in development and in production.
pub const RETURN_COOKIE: [&str; 2] = ["{{project-name}}-return", "__Host-{{project-name}}-return"];
/// Name of the cookie with session data, if `SESSION_DATA_STORE` is `cookie`, in development and in production.
pub const DATA_COOKIE: [&str; 2] = ["{{project-name}}-data", "__Host-{{project-name}}-data"];
/// Name of the cookie of the admin area, if `ADMIN_SESSION` is `separate`, in development and in production. Its path
/// is not `/`, so it cannot begin with `__Host-`.
pub const ADMIN_COOKIE: [&str; 2] = ["{{project-name}}-admin", "__Secure-{{project-name}}-admin"];
/// Name of the cookie of a log-in with a provider, in development and in production.
pub const SIGN_ON_COOKIE: [&str; 2] = ["{{project-name}}-sign-on", "__Host-{{project-name}}-sign-on"];
/// Names of the cookies with what a browser prefers.
pub const THEME_COOKIE: &str = "{{project-name}}-theme";
pub const TIME_ZONE_COOKIE: &str = "{{project-name}}-time-zone";
pub const LANGUAGE_COOKIE: &str = "{{project-name}}-language";

/// What personal access tokens begin with: a scanner for leaked secrets finds them by it.
pub const PERSONAL_TOKEN_PREFIX: &str = "{{project-name}}_pat_";
/// The same for the token pairs of clients.
pub const ACCESS_TOKEN_PREFIX: &str = "{{project-name}}_at_";
pub const REFRESH_TOKEN_PREFIX: &str = "{{project-name}}_rt_";

/// Text and address of each link in the footer.
pub const FOOTER_LINKS: &[(&str, &str)] = &[
    ("Terms", "/terms"),
    ("Privacy", "/privacy"),
    ("Status", "https://status.example.com"),
    ("Contact", "mailto:hello@example.com"),
];

/// The shapes of the logo, in the current colour, 32 units wide and high.
const MARK: &str = r#"<path d="M3 25 29 17v8H3Z" fill="currentColor" opacity=".25"/><path d="M5 15h20l-4.5 7L7 26.2Z" fill="currentColor"/><path d="M15 3v9M15 4l6.5 6.5H15Z" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>"#;

/// The product's logo beside its name.
#[component]
pub fn Mark() -> Html {
    view! {
        <svg class="size-7 text-primary" viewBox="0 0 32 32" fill="none" aria-hidden="true" inner_html=MARK></svg>
        <span class="text-lg font-semibold tracking-tight">{NAME}</span>
    }
    .rendered()
}

/// The icon of the site, in the colour of each theme.
pub fn icon() -> String {
    let style =
        ["svg{color:", LIGHT.primary, "}@media(prefers-color-scheme:dark){svg{color:", DARK.primary, "}}"];
    let open = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none"><style>"#;
    [open, &style.concat(), "</style>", MARK, "</svg>"].concat()
}
