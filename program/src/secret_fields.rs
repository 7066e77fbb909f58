//! Which fields of a form are secret: what was typed into them is never kept. docs/reference/forms-and-csrf.md has the
//! rule.

/// A part of any word of the name, as in `newpassword`.
const PASSWORDS: [&str; 3] = ["password", "passphrase", "passwd"];
/// Any word of the name.
const WORDS: [&str; 5] = ["passcode", "secret", "secrets", "otp", "totp"];
/// The last word: a `token_name` is no token.
const LAST_WORDS: [&str; 3] = ["token", "tokens", "pin"];
/// Before the last word `code`. Other codes, as in `country_code`, are no secrets.
const KINDS_OF_CODES: [&str; 16] = [
    "access",
    "app",
    "auth",
    "authentication",
    "backup",
    "confirmation",
    "email",
    "factor",
    "login",
    "pin",
    "recovery",
    "reset",
    "security",
    "sms",
    "time",
    "verification",
];

pub fn is_secret(name: &str) -> bool {
    let words = words(name);
    let is_any = |word: &String| {
        WORDS.contains(&word.as_str()) || PASSWORDS.iter().any(|password| word.contains(password))
    };
    let Some((last, before)) = words.split_last() else { return false };
    let is_secret_code = || match before.last() {
        Some(kind) => KINDS_OF_CODES.contains(&kind.as_str()),
        None => true,
    };
    words.iter().any(is_any)
        || LAST_WORDS.contains(&last.as_str())
        || (["code", "codes"].contains(&last.as_str()) && is_secret_code())
}

/// `newPassword2` has the words `new` and `password`.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut was_lower) = (vec![String::new()], false);
    for sign in name.chars() {
        if !sign.is_alphabetic() || (sign.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = sign.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| sign.is_alphabetic()) {
            word.extend(sign.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn passwords_tokens_and_codes_of_log_ins_are_secret() {
        for name in [
            "password",
            "new_password",
            "current_password",
            "passwordConfirmation",
            "password2",
            "PASSWORD",
            "user[password]",
            "newpassword",
            "token",
            "csrf_token",
            "accessToken",
            "code",
            "CODE",
            "recovery_code",
            "one-time-code",
            "otp",
            "otp_code",
            "totp",
            "client_secret",
            "secret_key",
            "backup_codes",
            "passcode",
            "pin",
        ] {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn other_words_with_the_same_letters_are_kept() {
        for name in [
            "postcode",
            "country_code",
            "countryCode",
            "zip_code",
            "promo_code",
            "barcode",
            "encoder",
            "token_name",
            "tokenizer",
            "secretary",
            "option",
            "adoption",
            "spinner",
            "pin_board",
            "passport",
            "email",
            "body",
            "",
            "_",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
