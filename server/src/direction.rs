//! The direction of text: an Arabic or Hebrew name in an English sentence, or the other way round.

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// For text inside a sentence: its direction does not change the order of the words around it.
pub fn isolated(text: &str) -> String {
    match text.chars().any(is_right_to_left_or_mark) {
        true => format!("{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"),
        false => text.to_owned(),
    }
}

/// Closes every isolate, and drops closings without one. Otherwise they would close isolates around the text.
pub(crate) fn balanced(text: &str) -> String {
    let (mut open, mut balanced) = (0, String::with_capacity(text.len()));
    for c in text.chars() {
        match c {
            '\u{2066}'..=FIRST_STRONG_ISOLATE => open += 1,
            POP_ISOLATE if open == 0 => continue,
            POP_ISOLATE => open -= 1,
            _ => {}
        }
        balanced.push(c);
    }
    balanced.extend(std::iter::repeat_n(POP_ISOLATE, open));
    balanced
}

/// Embeddings and overrides can show text in another order than it is read: `moc.elpmaxe`.
pub(crate) fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}')
}

fn is_right_to_left_or_mark(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200e}' | '\u{200f}' | '\u{2066}'..='\u{2069}' | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::{balanced, isolated};

    #[test]
    fn only_text_that_may_turn_the_direction_is_isolated() {
        assert_eq!(isolated("Ada 张 👩‍🚀"), "Ada 张 👩‍🚀");
        for text in ["שלום", "Ada (مرحبا)", "\u{200f}Ada", "\u{2066}Ada\u{2069}"] {
            assert_eq!(isolated(text), format!("\u{2068}{text}\u{2069}"));
        }
    }

    #[test]
    fn isolates_are_closed_and_closings_without_one_are_dropped() {
        assert_eq!(balanced("a\u{2067}b\u{2069}c"), "a\u{2067}b\u{2069}c");
        assert_eq!(balanced("\u{2066}a\u{2068}b"), "\u{2066}a\u{2068}b\u{2069}\u{2069}");
        assert_eq!(balanced("\u{2069}a\u{2069}\u{2066}"), "a\u{2066}\u{2069}");
    }
}
