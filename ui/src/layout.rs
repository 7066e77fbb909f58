//! The document around every page: header, messages and footer.

mod banner;
mod error;
mod footer;
mod header;
mod live_tabs;
mod page_script;
mod theme_switch;

use crate::assets::Assets;
use crate::brand;
use crate::components::{Position, Toasts};
use crate::html::{Html, Rendered};
use crate::page::Content;
use crate::preferences::Theme;
use crate::problem::Problem;
use crate::request::Cx;
use banner::banners;
use footer::Footer;
use header::header;
use html_escape::encode_double_quoted_attribute;
use leptos::hydration::AutoReload;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use live_tabs::LiveTabs;
use page_script::PageScript;
use server::direction::isolated;
use url::Url;

pub use error::{ErrorPage, error_document};
pub use header::LoggedIn;

/// At the top in the middle, messages cover no form.
const TOAST_POSITION: Position = Position::Top;
/// Whether a message about an error stays until the user dismisses it. Otherwise it disappears after 7 seconds.
const TOAST_ERRORS_STAY: bool = true;

pub async fn document(cx: &Cx, content: Content) -> Result<String, Problem> {
    let login = cx.visitor.login().await?.cloned();
    let user = login.as_ref().map(|login| login.user.clone());
    let flashes = cx.visitor.take_flashes().await?;
    let Content { title, main, has_island, is_shown_once } = content;
    let title = format!("{} · {}", isolated(&title), brand::NAME);
    let banners = banners(user.as_ref(), cx.config.unverified_lifetime());
    let live = login.clone().filter(|_| cx.config.live_tabs).map(|login| {
        let ends_in_ms = login.ends_at(cx.limits()) - cx.db.now();
        view! { <LiveTabs login ends_in_ms/> }
    });
    let script = login.clone().map(|login| view! { <PageScript login/> });
    let (theme, can_switch) = (cx.preferences.theme, !is_shown_once);
    let toasts = view! { <Toasts flashes position=TOAST_POSITION errors_stay=TOAST_ERRORS_STAY/> }.rendered();
    let site = user.is_none().then(|| cx.config.public_url.clone());
    let body = (header(login.clone(), can_switch.then_some(theme)), banners, toasts, main, live, script);
    Ok(view! { <Document title assets=cx.assets.clone() has_island theme can_switch site>{body}</Document> }
        .to_html())
}

#[component]
fn Document<Inside: IntoView + 'static>(
    title: String,
    assets: Assets,
    has_island: bool,
    theme: Theme,
    /// Whether the theme switch can load this page again with the same content.
    can_switch: bool,
    /// Address of the site, on pages that others may link to.
    #[prop(optional_no_strip)]
    site: Option<Url>,
    children: TypedChildren<Inside>,
) -> Html {
    let social = site.map(|site| social_tags(&title, &site));
    let children = children.into_inner()();
    let islands = has_island.then(|| {
        view! { <script type="module" nonce=use_nonce() inner_html=assets.island_script.to_string()></script> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content=theme.attribute().unwrap_or("light dark")/>
                <title>{title}</title>
                <meta name="description" content=brand::DESCRIPTION/>
                {social}
                <link rel="stylesheet" href=assets.stylesheet.to_string()/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {islands}
                <AutoReload options=LeptosOptions::clone(&assets.leptos)/>
            </head>
            <body class="flex min-h-dvh flex-col bg-base-200 text-base-content">
                <a class="sr-only focus:not-sr-only focus:btn focus:absolute focus:z-50 focus:m-2" href="#main">
                    "Skip to content"
                </a>
                {children}
                <Footer theme=can_switch.then_some(theme)/>
            </body>
        </html>
    }
    .rendered()
}

/// What another site shows for a link to the page.
fn social_tags(title: &str, site: &Url) -> Html {
    let image = site.join("/social.png").map(String::from).unwrap_or_default();
    let tags = [
        ("og:type", "website".to_owned()),
        ("og:site_name", brand::NAME.to_owned()),
        ("og:title", title.to_owned()),
        ("og:description", brand::DESCRIPTION.to_owned()),
        ("og:image", image),
    ];
    // Leptos has no attribute `property`.
    let tag = |(name, content): (&str, String)| {
        Html::new(format!(
            "<meta property=\"{name}\" content=\"{}\">",
            encode_double_quoted_attribute(&content)
        ))
    };
    let tags = tags.map(tag);
    view! { {tags}<meta name="twitter:card" content="summary_large_image"/> }.rendered()
}
