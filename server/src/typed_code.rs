//! Codes as users type them: with blanks, dashes or dots, and in the digits of their script.

/// The zeros of Unicode's decimal digits in common use. Nine more digits follow each.
const ZEROS: [char; 18] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{be6}', '\u{c66}',
    '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}', '\u{ff10}',
];

/// Returns upper-case letters and ASCII digits. Separators and direction marks are left out; any other letter stays, and
/// makes the code wrong.
pub(crate) fn typed_code(typed: &str) -> String {
    typed.chars().map(plain).filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

fn plain(c: char) -> char {
    let digit = |zero: &char| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10);
    if let Some(digit) = ZEROS.iter().find_map(digit) {
        return char::from_digit(digit, 10).unwrap_or(c);
    }
    match c {
        // Full-width letters, as input methods for Japanese and Chinese write them.
        '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::typed_code;

    #[test]
    fn digits_of_every_script_and_all_separators_are_accepted() {
        for typed in [
            "123456",
            " 123 456\n",
            "123-456",
            "123\u{2013}456",
            "12.34.56",
            "123\u{a0}456",
            "\u{200e}123\u{202f}456\u{200f}",
            "\u{2066}123456\u{2069}",
            "١٢٣٤٥٦",
            "۱۲۳۴۵۶",
            "１２３４５６",
            "१२३४५६",
        ] {
            assert_eq!(typed_code(typed), "123456", "{typed}");
        }
        assert_eq!(typed_code("ａbcd-1234 ＥＦＧＨ"), "ABCD1234EFGH");
        assert_ne!(typed_code("12345б"), "12345");
        assert_eq!(typed_code("\u{200e} -"), "");
    }
}
