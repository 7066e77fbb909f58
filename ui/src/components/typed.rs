//! Text that users typed. Its direction does not change the text around it. Its combining marks do not cover other
//! lines.

use crate::html::{Html, Rendered};
use leptos::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// A name, a title or an address in a line of the page.
#[component]
pub fn Typed(#[prop(into)] text: String) -> Html {
    view! { <bdi class="typed">{text}</bdi> }.rendered()
}

/// An email address in a sentence. Unlike `Typed` it is inline, so punctuation stays beside it. It needs no clipping:
/// an address has no combining marks.
#[component]
pub fn EmailText(#[prop(into)] text: String) -> Html {
    view! { <bdi class="wrap-anywhere">{text}</bdi> }.rendered()
}

/// A picture of a user: one or two initials in a colour of their own.
#[component]
pub fn Avatar(
    name: String,
    /// The user's id, which selects the colour.
    id: String,
    #[prop(optional)] large: bool,
) -> Html {
    let colour = id.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let class = format!(
        "avatar-circle {} {}",
        COLOURS[colour % COLOURS.len()],
        if large { "size-12 text-lg" } else { "size-9" }
    );
    view! { <span class=class aria-hidden="true"><bdi class="typed">{initials(&name)}</bdi></span> }
        .rendered()
}

const COLOURS: [&str; 6] = ["avatar-0", "avatar-1", "avatar-2", "avatar-3", "avatar-4", "avatar-5"];

/// Returns the first grapheme of the first and of the last word, never nothing. A grapheme may be an emoji of several
/// code points.
pub fn initials(name: &str) -> String {
    let first = |word: &str| word.graphemes(true).next().map(without_marks).unwrap_or_default();
    let mut words = name.split_whitespace().map(first).filter(|initial| !initial.is_empty());
    let (one, other) = (words.next(), words.next_back());
    let letters = one.into_iter().chain(other);
    let found: String =
        letters.flat_map(|initial| initial.to_uppercase().chars().collect::<Vec<_>>()).collect();
    // Two emojis do not fit into the circle.
    let found = if is_emoji(&found) { first(&found) } else { found };
    if found.is_empty() { "?".into() } else { found }
}

/// Keeps one combining mark of a letter. A grapheme of marks alone becomes empty.
fn without_marks(grapheme: &str) -> String {
    if is_emoji(grapheme) {
        return grapheme.chars().filter(|c| !is_mark(*c)).collect();
    }
    let mut chars = grapheme.chars();
    match chars.next() {
        Some(first) if first.is_alphanumeric() => {
            chars.next().map_or(first.into(), |mark| format!("{first}{mark}"))
        }
        _ => String::new(),
    }
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

fn is_emoji(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}'))
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_graphemes_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Ada Lovelace", "AL"),
            ("ada", "A"),
            ("Ada King Lovelace", "AL"),
            ("émile e\u{301}mile", "ÉE\u{301}"),
            ("שרה לוי", "של"),
            ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
            ("🇫🇷 🇩🇪", "🇫🇷"),
            ("ß", "SS"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn initials_are_never_empty_and_have_at_most_one_mark_for_each_letter() {
        assert_eq!(initials(&"\u{301}".repeat(100)), "?");
        assert_eq!(initials(""), "?");
        assert_eq!(initials("… —"), "?");
        assert_eq!(initials(&format!("😀{}", "\u{301}".repeat(99))), "😀");
        assert_eq!(initials(&format!("a{}", "\u{301}".repeat(100))), "A\u{301}");
    }
}
