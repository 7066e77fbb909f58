//! Renders an email as text and as HTML. Email programs support little CSS and often block images: so there are no
//! images, and styles are inline, except those for dark mode.

use super::Content;
use crate::brand::NAME;
use crate::colors::{Colors, DARK, LIGHT};
use crate::html::{Html, Rendered};
use leptos::prelude::*;
use server::direction::isolated;

/// Returns the text part, with the link on its own line.
pub fn text(content: &Content, name: &str) -> String {
    let link = content.button.as_ref().map(|(text, href)| format!("{text}:\n{href}"));
    let parts = [greeting(name)].into_iter().chain(content.paragraphs.clone()).chain(link);
    let parts: Vec<String> = parts.chain(content.after.clone()).chain([format!("-- \n{NAME}\n")]).collect();
    parts.join("\n\n")
}

pub fn html(content: &Content, name: &str) -> String {
    let Content { subject, paragraphs, after, .. } = content;
    let Colors { page, card, border, text, .. } = *LIGHT;
    let paragraph = |text: &String| view! { <p style="margin:0 0 16px">{text.clone()}</p> };
    let small = |text: &String| view! { <p style=SMALL>{text.clone()}</p> };
    // Plain elements only: a component would need a reactive owner, which a worker does not have.
    let page = view! {
        <html lang="en" dir="ltr">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="supported-color-schemes" content="light dark"/>
                <title>{subject.clone()}</title>
                <style>{dark_mode()}</style>
            </head>
            <body class="page" style=format!("margin:0;padding:24px 12px;background:{page};color:{text};overflow-wrap:anywhere;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif")>
                <div style="display:none;max-height:0;overflow:hidden">{paragraphs.first().cloned()}</div>
                <div class="card" style=format!("max-width:536px;margin:0 auto;padding:24px;border:1px solid {border};border-radius:14px;background:{card}")>
                    {logo()}
                    <p style="margin:0 0 16px">{greeting(name)}</p>
                    {paragraphs.iter().map(paragraph).collect_view()}
                    {button(content)}
                    {after.iter().map(small).collect_view()}
                </div>
            </body>
        </html>
    }
    .to_html();
    format!("<!DOCTYPE html>{page}")
}

const SMALL: &str = "margin:0 0 16px;font-size:14px;opacity:0.8";

/// The first letter of the name on the product's colour, since email programs do not show SVG.
fn logo() -> Html {
    let Colors { primary, on_primary, .. } = *LIGHT;
    let initial: String = NAME.chars().take(1).collect();
    view! {
        <p style="margin:0 0 24px;font-weight:600;font-size:18px">
            <span class="mark" style=format!("display:inline-block;width:28px;margin-right:8px;border-radius:7px;background:{primary};color:{on_primary};line-height:28px;text-align:center")>
                {initial}
            </span>
            {NAME}
        </p>
    }
    .rendered()
}

/// The one button, and its link as text.
fn button(content: &Content) -> Option<Html> {
    let Colors { primary, on_primary, .. } = *LIGHT;
    content.button.clone().map(|(text, href)| {
        view! {
            <p style="margin:24px 0">
                <a class="mark" href=href.clone() style=format!("display:inline-block;padding:12px 20px;border-radius:8px;background:{primary};color:{on_primary};font-weight:600;text-decoration:none")>
                    {text}
                </a>
            </p>
            <p style=SMALL>
                "Or open this link: "<a class="link" href=href.clone() style=format!("color:{primary};word-break:break-all")>{href.clone()}</a>
            </p>
        }
        .rendered()
    })
}

fn dark_mode() -> String {
    let Colors { page, card, border, text, primary, on_primary } = *DARK;
    let rules = [
        rule(".page", &[("background", page), ("color", text)]),
        rule(".card", &[("background", card), ("border-color", border)]),
        rule(".mark", &[("background", primary), ("color", on_primary)]),
        rule(".link", &[("color", primary)]),
    ];
    ["@media(prefers-color-scheme:dark){", &rules.concat(), "}"].concat()
}

/// `!important` overrides the inline style of an element.
fn rule(class: &str, colors: &[(&str, &str)]) -> String {
    let colors: String = colors.iter().map(|(name, color)| format!("{name}:{color}!important;")).collect();
    [class, "{", &colors, "}"].concat()
}

fn greeting(name: &str) -> String {
    if name.is_empty() { "Hello,".into() } else { format!("Hello {},", isolated(name)) }
}
