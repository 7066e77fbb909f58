//! An error in `.env`: the program names the file, the line and the setting, and prints no part of the value.

use std::fs;

const SECRETS: [&str; 3] = ["hunter2", "c2VjcmV0", "correct-horse"];

/// Starts the program in a folder with this `.env`. Returns its output and whether it succeeded.
fn said(file: &[u8]) -> (String, bool) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), file).unwrap();
    said_in(folder.path())
}

fn said_in(folder: &std::path::Path) -> (String, bool) {
    let output =
        crate::processes::command_in(folder, &["migrate"], &[("APP_ENV", "test"), ("RUST_LOG", "trace")]);
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8_lossy(&said).into_owned(), output.status.success())
}

fn assert_refused(file: &[u8], names: &[&str]) {
    let (said, ended_well) = said(file);
    assert!(!ended_well, "{said}");
    for name in names {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert_no_secret(&said);
}

fn assert_no_secret(said: &str) {
    for secret in SECRETS {
        assert!(!said.contains(secret), "{said}");
    }
}

const GOOD: &str = "# A comment\nDATABASE_URL=sqlite:app.db\nSMTP_URL=none\n\n";

#[test]
fn an_unreadable_line_is_reported_with_file_line_and_setting() {
    for (line, setting) in [
        ("SMTP_URL=\"smtps://me:hunter2@mail.example.com", "line 5, SMTP_URL:"),
        ("SMTP_URL='smtps://me:hunter2@mail.example.com\nAPP_ENV=test\n", "line 5, SMTP_URL:"),
        ("SMTP_URL=smtps://me:hunt'er2@mail.example.com hunter2\nMAGIC_LINKS=true", "line 5, SMTP_URL:"),
        ("SMTP_URL smtps://me:hunter2@mail.example.com", "line 5, SMTP_URL:"),
        ("SESSION_SECRET=c2VjcmV0 and more", "line 5, SESSION_SECRET:"),
        ("export SESSION_SECRET=correct-horse battery", "line 5, SESSION_SECRET:"),
        ("DATABASE_URL=postgres://me:${hunter2@host/app", "line 5, DATABASE_URL:"),
        ("DATABASE_URL=postgres://me:hunter2\\x@host/app", "line 5, DATABASE_URL:"),
        ("\n\n  SMTP_URL  =  \"hunter2\" hunter2\nMAGIC_LINKS=true", "line 7, SMTP_URL:"),
        ("MAIL_FROM=\"two\nlines\" hunter2", "line 5, MAIL_FROM:"),
        ("SMTP URL=smtps://me:hunter2@mail.example.com", "line 5:"),
        ("=hunter2", "line 5:"),
        ("c2VjcmV0/c2VjcmV0+hunter2", "line 5:"),
    ] {
        assert_refused(format!("{GOOD}{line}").as_bytes(), &[".env", setting]);
        assert_refused(
            format!("\u{feff}{GOOD}{line}\n").replace('\n', "\r\n").as_bytes(),
            &[".env", setting],
        );
    }
}

#[test]
fn invalid_utf8_is_reported_with_its_line() {
    let with = |bytes: &[u8]| [GOOD.as_bytes(), b"SMTP_URL=hunter2", bytes, b"hunter2\n"].concat();
    assert_refused(&with(b"\xff"), &[".env", "line 5", "UTF-8"]);
    assert_refused(&with(b"\0"), &[".env", "line 5", "NUL"]);
    let utf_16: Vec<u8> = "\u{feff}SMTP_URL=hunter2".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_refused(&utf_16, &[".env", "line 1", "UTF-8"]);
}

#[test]
fn a_wrong_value_is_reported_with_its_setting() {
    for (line, setting) in [
        ("SESSION_SECRET=c2VjcmV0", "SESSION_SECRET:"),
        ("SESSION_SECRET=correct-horse", "SESSION_SECRET:"),
        ("SMTP_URL=smpt://me:hunter2@mail.example.com", "SMTP_URL:"),
        ("SMTP_URL=smtps://me:hunter2@mail.example.com:99999", "SMTP_URL:"),
        ("SMTP_URL=hunter2", "SMTP_URL:"),
        ("DATABASE_URL=postgres://me:hunter2@host:port/app", "DATABASE_URL:"),
        ("DATABASE_URL=postgres://me@host/app?sslmode=hunter2", "DATABASE_URL:"),
        ("DATABASE_URL=postgres://me@host/app?port=hunter2", "DATABASE_URL:"),
        ("DATABASE_URL=hunter2", "DATABASE_URL:"),
        ("TRUSTED_PROXIES=127.0.0.1,hunter2", "TRUSTED_PROXIES: number 2"),
        ("PUBLIC_URL=https://me:hunter2@host:port", "PUBLIC_URL:"),
        ("MAIL_FROM=hunter2", "MAIL_FROM:"),
    ] {
        assert_refused(line.as_bytes(), &[setting]);
    }
}

#[test]
fn the_database_error_does_not_contain_the_password() {
    let url = "postgres://nobody-of-that-name:hunter2@127.0.0.1:5432/app?pasword=correct-horse";
    let secret = server::config::for_tests::SECRETS[0];
    let (said, ended_well) =
        said(format!("SMTP_URL=none\nDATABASE_URL={url}\nSESSION_SECRET={secret}\n").as_bytes());
    assert!(!ended_well, "{said}");
    assert_no_secret(&said);
    let folder = tempfile::tempdir().unwrap();
    let from = format!("DATABASE_URL=sqlite:app.db\nSMTP_URL=none\nSESSION_SECRET={secret}\n");
    fs::write(folder.path().join(".env"), from).unwrap();
    let settings = [("APP_ENV", "test"), ("RUST_LOG", "trace")];
    let output = crate::processes::command_in(folder.path(), &["database", "copy", url], &settings);
    assert!(!output.status.success());
    assert_no_secret(&String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
}

#[test]
fn a_folder_named_env_is_reported_and_a_good_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".env")).unwrap();
    let (said_of_folder, ended_well) = said_in(folder.path());
    assert!(!ended_well && said_of_folder.contains(".env is a folder"), "{said_of_folder}");
    let secret = server::config::for_tests::SECRETS[0];
    for ends in ["\n", "\r\n", " \n", " ", ""] {
        let file = format!(
            "\u{feff}{GOOD}MAIL_FROM=\"Acme <hello@example.com>\" # who\nSESSION_SECRET={secret}{ends}"
        );
        let (said, ended_well) = said(file.as_bytes());
        assert!(ended_well, "{ends:?}: {said}");
    }
}

/// Starts a command in a folder. Returns its output and whether it succeeded.
fn run(folder: &std::path::Path, arguments: &[&str], settings: &[(&str, &str)]) -> (String, bool) {
    let secret = server::config::for_tests::SECRETS[0];
    let all = [&[("APP_ENV", "test"), ("SESSION_SECRET", secret), ("SMTP_URL", "none")], settings].concat();
    let output = crate::processes::command_in(folder, arguments, &all);
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8_lossy(&said).into_owned(), output.status.success())
}

#[test]
fn the_settings_file_of_a_parent_folder_is_not_read() {
    let parent = tempfile::tempdir().unwrap();
    fs::write(parent.path().join(".env"), "DATABASE_URL=sqlite:other-product.db\n").unwrap();
    let own = parent.path().join("own");
    fs::create_dir(&own).unwrap();
    let (said, ended_well) = run(&own, &["migrate"], &[]);
    assert!(ended_well && said.contains("settings from the environment"), "{said}");
    assert!(own.join("data/app.db").exists() && !said.contains("other-product"), "{said}");
}

#[test]
fn a_named_settings_file_is_read_in_place_of_the_usual_one_and_must_exist() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".env"), "DATABASE_URL=sqlite:usual.db\n").unwrap();
    fs::write(folder.path().join("named.env"), "DATABASE_URL=sqlite:named.db\n").unwrap();
    let (said, ended_well) = run(folder.path(), &["--env-file", "named.env", "migrate"], &[]);
    assert!(ended_well && said.contains("named.env"), "{said}");
    assert!(folder.path().join("named.db").exists() && !folder.path().join("usual.db").exists());
    let (said, ended_well) = run(folder.path(), &["migrate", "--env-file=missing.env"], &[]);
    assert!(!ended_well && said.contains("missing.env cannot be read"), "{said}");
}

#[test]
fn a_command_on_existing_data_creates_no_database_and_names_the_one_it_asked() {
    for command in
        [&["admin", "grant", "ada@example.com"][..], &["sessions", "revoke"], &["database", "restored"]]
    {
        let folder = tempfile::tempdir().unwrap();
        let (said, ended_well) = run(folder.path(), command, &[("DATABASE_URL", "sqlite:data/wrong.db")]);
        assert!(!ended_well && said.contains("data/wrong.db") && said.contains("DATABASE_URL"), "{said}");
        assert!(!folder.path().join("data").exists(), "{command:?} created a database");

        fs::write(folder.path().join("empty.db"), "").unwrap();
        let (said, ended_well) = run(folder.path(), command, &[("DATABASE_URL", "sqlite:empty.db")]);
        assert!(!ended_well && said.contains("empty.db") && said.contains("no tables"), "{said}");
    }
}

#[test]
fn a_wrong_address_is_reported_before_the_database_is_created() {
    let folder = tempfile::tempdir().unwrap();
    let (said, ended_well) = run(folder.path(), &["serve"], &[("LEPTOS_SITE_ADDR", "localhost")]);
    assert!(!ended_well && said.contains("LEPTOS_SITE_ADDR: name host and port"), "{said}");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_misspelt_setting_and_a_new_secret_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("APP_ENV", "development"), ("SESSION_SECRET", ""), ("SESION_IDLE_MINUTES", "5")];
    let (said, ended_well) = run(folder.path(), &["migrate"], &settings);
    assert!(ended_well && said.contains("did you mean SESSION_IDLE_MINUTES?"), "{said}");
    assert!(said.contains("wrote a random SESSION_SECRET to .env"), "{said}");
}
