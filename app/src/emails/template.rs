//! Renders an email as text and as HTML. Email programs support little CSS and often block images. So there are no
//! images, and styles are inline.

use super::Content;
use crate::brand::NAME;
use leptos::prelude::*;

/// Returns the text part, with the link on its own line.
pub fn text(draft: &Content, name: &str) -> String {
    let link = draft.button.as_ref().map(|(text, href)| format!("{text}:\n{href}"));
    let parts = [greeting(name)].into_iter().chain(draft.paragraphs.clone()).chain(link);
    let parts: Vec<String> = parts.chain(draft.after.clone()).chain([format!("-- \n{NAME}\n")]).collect();
    parts.join("\n\n")
}

/// Returns the HTML part.
pub fn html(draft: &Content, name: &str) -> String {
    let Content { subject, paragraphs, button, after } = draft;
    let paragraph = |text: &String| view! { <p style="margin:0 0 16px">{text.clone()}</p> };
    let button = button.as_ref().map(|(text, href)| {
        view! {
            <p style="margin:24px 0">
                <a href=href.clone() style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#ffffff;font-weight:600;text-decoration:none">
                    {*text}
                </a>
            </p>
            <p style="margin:0 0 16px;font-size:14px;color:#52525b">
                "Or open this link: "<a href=href.clone() style="color:#1d4ed8;word-break:break-all">{href.clone()}</a>
            </p>
        }
    });
    // Plain elements only: a component would need a reactive owner, which a worker does not have.
    let page = view! {
            <html lang="en">
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width"/>
                    <meta name="color-scheme" content="light"/>
                    <title>{subject.clone()}</title>
                </head>
                <body style="margin:0;padding:24px;background:#f4f4f5;font:16px/1.5 system-ui,sans-serif;color:#18181b">
                    <div style="max-width:560px;margin:0 auto;padding:32px;border-radius:12px;background:#ffffff">
                        <p style="margin:0 0 24px;font-weight:600">{NAME}</p>
                        <p style="margin:0 0 16px">{greeting(name)}</p>
                        {paragraphs.iter().map(paragraph).collect_view()}
                        {button}
                        {after.iter().map(|text| view! { <p style="margin:0 0 16px;font-size:14px;color:#52525b">{text.clone()}</p> }).collect_view()}
                    </div>
                </body>
            </html>
        }
    .to_html();
    format!("<!DOCTYPE html>{page}")
}

fn greeting(name: &str) -> String {
    if name.is_empty() { "Hello,".into() } else { format!("Hello {name},") }
}
