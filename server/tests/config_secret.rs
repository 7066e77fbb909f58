//! The session secret: which values are accepted, rotation, and the one that development creates.

use super::config::PRODUCTION;
use server::Config;
use server::config::for_tests::SECRETS;
use std::fs;
use std::path::Path;

/// The settings of `env` with this secret, or the error.
fn with_secret(env: &str, secret: Option<&str>) -> Result<Config, String> {
    let get = |name: &str| match name {
        "APP_ENV" => Some(env.to_owned()),
        "DATABASE_URL" => Some("sqlite:app.db".to_owned()),
        "PUBLIC_URL" => Some("https://app.example.com".to_owned()),
        "TRUSTED_PROXIES" | "SMTP_URL" => Some("none".to_owned()),
        "SESSION_SECRET" => secret.map(str::to_owned),
        _ => None,
    };
    Config::read(get).map_err(|mistakes| {
        let mistakes: Vec<_> = mistakes.iter().collect();
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert_eq!(mistakes[0].0, "SESSION_SECRET");
        mistakes[0].1.to_owned()
    })
}

/// A setting in the file, commented out or not, as in `.env.example`.
fn example_secret() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.env.example");
    let text = fs::read_to_string(file).unwrap();
    let line = text.lines().find_map(|line| line.trim_start_matches('#').strip_prefix("SESSION_SECRET="));
    line.expect("a line for SESSION_SECRET").to_owned()
}

/// The settings of a process that reads this file.
fn from_file(env: &str, file: &Path) -> Result<Config, server::FieldErrors> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let get = move |name: &str| match name {
        "APP_ENV" => Some(env.to_owned()),
        _ => text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=').map(str::to_owned)),
    };
    Config::read_or_make_secret(get, file)
}

#[test]
fn a_weak_secret_is_refused_everywhere_and_never_printed() {
    let example = example_secret();
    let short = "c2hvcnQgc2VjcmV0LCAzMSBieXRlcyBvbmx5ISE=";
    let held_down = "YWFh".repeat(16);
    let alternating = "YWJjYWJj".repeat(8);
    let zeros = "A".repeat(64);
    let half_good = format!("{},{short}", SECRETS[0]);
    for secret in [
        "secret",
        "change-me",
        &example,
        short,
        "not base64 but long enough to be a secret, surely!!",
        "0123456789012345678901234567890123456789012345678901234567890123",
        &held_down,
        &alternating,
        &zeros,
        &half_good,
        ",",
    ] {
        for env in ["development", "test", "production"] {
            let message = with_secret(env, Some(secret)).expect_err(secret);
            assert!(message.contains("openssl rand"), "no advice how to create one: {message}");
            assert!(secret.len() < 3 || !message.contains(secret), "{message}");
        }
    }
}

#[test]
fn a_stray_comma_is_no_secret() {
    for list in [format!("{},", SECRETS[0]), format!(",{}", SECRETS[0]), format!("{0},,{0}", SECRETS[0])] {
        with_secret("production", Some(&list)).expect_err(&list);
    }
}

#[test]
fn production_refuses_to_start_without_a_secret() {
    for missing in [None, Some(""), Some("   ")] {
        assert!(with_secret("production", missing).unwrap_err().contains("missing"));
    }
}

#[test]
fn a_good_secret_is_32_bytes_or_more_in_base64() {
    for secret in [SECRETS[0], SECRETS[1], "qL3vW0h2m8Zs5tYk1nRjUe7xCbQpAfGdOi4BwNzTy6M="] {
        with_secret("production", Some(secret)).expect(secret);
    }
}

#[test]
fn of_several_secrets_the_first_signs_and_the_others_verify() {
    let [one, two] = SECRETS;
    let only = |secret: &str| with_secret("production", Some(secret)).unwrap().session_keys;
    let both = only(&format!(" {one} , {two} "));
    assert_eq!(both.signing(), only(one).signing());
    assert!(both.old().eq([only(two).signing()]));
    assert_ne!(only(one).signing(), only(two).signing());
    assert!(only(one).old().next().is_none());
}

#[test]
fn the_key_is_not_the_secret_itself_and_is_never_printed() {
    let config = with_secret("test", Some(SECRETS[0])).unwrap();
    let printed = format!("{config:?}");
    assert!(!printed.contains(SECRETS[0]));
    assert!(printed.contains("Keys(1)"), "{printed}");
}

#[test]
fn a_session_has_one_name_in_logs_which_is_not_its_id_and_differs_under_another_secret() {
    let [one, other] = SECRETS.map(|secret| with_secret("test", Some(secret)).unwrap().session_keys);
    let (id, another) = ("kAVCkmFMBVU3gOBlNs3sGg", "kAVCkmFMBVU3gOBlNs3sGQ");
    assert_eq!(one.log_name(id), one.log_name(id));
    assert_eq!(one.log_name(id).len(), 16);
    assert_ne!(one.log_name(id), one.log_name(another));
    assert_ne!(one.log_name(id), other.log_name(id));
}

#[test]
fn development_writes_a_random_secret_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    let first = from_file("development", &file).unwrap();
    let written = fs::read_to_string(&file).unwrap();
    assert_eq!(written.matches("SESSION_SECRET=").count(), 1);
    let again = from_file("development", &file).unwrap();
    assert_eq!(again.session_keys.signing(), first.session_keys.signing(), "a restart keeps log-ins");
    assert_eq!(fs::read_to_string(&file).unwrap(), written);

    let elsewhere = from_file("development", &folder.path().join("other.env")).unwrap();
    assert_ne!(elsewhere.session_keys.signing(), first.session_keys.signing());
    let secret = written.trim().rsplit("SESSION_SECRET=").next().unwrap().to_owned();
    with_secret("production", Some(&secret)).expect("it is good enough for production");
}

#[test]
fn the_other_lines_of_the_file_stay_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    for before in ["PUBLIC_URL=http://localhost:4000\n", "PUBLIC_URL=http://localhost:4000"] {
        let file = folder.path().join(format!("{}.env", before.len()));
        fs::write(&file, before).unwrap();
        from_file("development", &file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<_> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert_eq!(lines.len(), 2, "{text:?}");
        assert_eq!(lines[0], "PUBLIC_URL=http://localhost:4000");
        assert!(lines[1].starts_with("SESSION_SECRET="));
    }
}

#[test]
fn only_development_writes_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    for env in ["production", "test", "staging"] {
        assert!(from_file(env, &file).is_err());
        assert!(!file.exists(), "{env} wrote a secret");
    }
    let chosen = |name: &str| match name {
        "SESSION_SECRET" => Some(SECRETS[0].to_owned()),
        _ => PRODUCTION.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string()),
    };
    Config::read_or_make_secret(chosen, &file).unwrap();
    assert!(!file.exists());
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_that_names_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let mistakes = from_file("development", &folder.path().join("missing/.env")).unwrap_err();
    let mistakes: Vec<_> = mistakes.iter().collect();
    assert_eq!(mistakes[0].0, "SESSION_SECRET");
    assert!(mistakes[0].1.contains("missing/.env"), "{mistakes:?}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    from_file("development", &file).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
}
