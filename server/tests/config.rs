//! Settings: their valid values, and that all errors are reported together. The secret is in `config_secret.rs`.

use server::config::AppEnv;
use server::config::for_tests::SECRETS;
use server::db::DatabaseUrl;
use server::mail::Outgoing;
use server::{Config, FieldErrors};
use std::path::Path;
use std::time::Duration;

/// All that production needs besides a secret.
pub const PRODUCTION: [(&str, &str); 5] = [
    ("APP_ENV", "production"),
    ("DATABASE_URL", "sqlite:app.db"),
    ("PUBLIC_URL", "https://app.example.com"),
    ("TRUSTED_PROXIES", "none"),
    ("SMTP_URL", "none"),
];

/// The settings of these lines and a good secret.
pub fn read(settings: &[(&str, &str)]) -> Result<Config, FieldErrors> {
    let get = |name: &str| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
    Config::read(|name| get(name).or_else(|| (name == "SESSION_SECRET").then(|| SECRETS[0].to_owned())))
}

pub fn wrong(settings: &[(&str, &str)]) -> Vec<&'static str> {
    let mistakes = read(settings).expect_err("a refusal");
    mistakes.iter().map(|(setting, _)| setting).collect()
}

#[test]
fn every_setting_but_the_secret_has_a_default_in_development() {
    let config = read(&[("APP_ENV", "development")]).unwrap();
    assert_eq!(config.env, AppEnv::Development);
    assert!(matches!(&config.database_url, DatabaseUrl::Sqlite(file) if file == Path::new("data/app.db")));
    assert!(config.migrate && !config.is_production());
    assert_eq!(config.public_url.as_str(), "http://localhost:3000/");
    assert_eq!(config.limits.idle, Duration::from_secs(30 * 60));
    assert_eq!(config.limits.absolute, Duration::from_secs(24 * 3600));
    assert_eq!(config.limits.remember, Duration::from_secs(30 * 86_400));
}

#[test]
fn a_blank_setting_counts_as_not_set() {
    let blank = ["APP_ENV", "DATABASE_URL", "DATABASE_MIGRATE", "PUBLIC_URL", "SESSION_IDLE_MINUTES"];
    let config = read(&blank.map(|name| (name, "  "))).unwrap();
    assert_eq!(config.limits.idle, Duration::from_secs(30 * 60));
    assert_eq!(wrong(&[("SESSION_SECRET", " ")]), ["SESSION_SECRET"]);
}

#[test]
fn all_errors_are_reported_together_with_setting_and_advice() {
    let settings = [
        ("APP_ENV", "staging"),
        ("DATABASE_URL", "mysql://localhost/app"),
        ("DATABASE_MIGRATE", "perhaps"),
        ("SESSION_SECRET", "short"),
        ("PUBLIC_URL", "example.com"),
        ("SESSION_IDLE_MINUTES", "0"),
        ("SESSION_ABSOLUTE_HOURS", "many"),
        ("SESSION_REMEMBER_DAYS", "-1"),
    ];
    let mistakes = read(&settings).unwrap_err();
    let errors = mistakes.to_string();
    for (setting, _) in settings {
        assert_eq!(errors.matches(setting).count(), 1, "{setting} in:\n{errors}");
    }
    for (setting, message) in mistakes.iter() {
        assert!(message.len() > 15, "{setting}: {message}");
        assert!(errors.contains(&format!("{setting}: {message}")), "{errors}");
    }
}

#[test]
fn each_environment_has_its_name() {
    for (name, env) in
        [("development", AppEnv::Development), ("test", AppEnv::Test), (" production ", AppEnv::Production)]
    {
        let config = read(&[&[("APP_ENV", name)], &PRODUCTION[..]].concat()).unwrap();
        assert_eq!(config.env, env);
        assert_eq!(config.is_production(), env == AppEnv::Production);
    }
    for name in ["Production", "prod", "dev", "true"] {
        assert_eq!(wrong(&[("APP_ENV", name)]), ["APP_ENV"], "{name}");
    }
}

#[test]
fn an_unknown_kind_of_database_is_refused() {
    for (url, file) in [
        ("sqlite:data/app.db", "data/app.db"),
        ("sqlite://data/app.db", "data/app.db"),
        ("sqlite:///var/lib/app.db", "/var/lib/app.db"),
        ("sqlite:/var/lib/app.db", "/var/lib/app.db"),
    ] {
        let config = read(&[("DATABASE_URL", url)]).unwrap();
        assert!(
            matches!(&config.database_url, DatabaseUrl::Sqlite(path) if path == Path::new(file)),
            "{url}"
        );
    }
    for url in [
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "data/app.db",
        "mysql://localhost/app",
        "postgres://host:port/app",
        "Postgres",
    ] {
        assert_eq!(wrong(&[("DATABASE_URL", url)]), ["DATABASE_URL"], "{url}");
    }
}

#[test]
fn no_error_contains_the_database_password() {
    for url in ["postgres://ada:hunter2@host:port/app", "mysql://ada:hunter2@host/app", "hunter2"] {
        let mistakes = read(&[("DATABASE_URL", url)]).unwrap_err();
        assert!(!mistakes.to_string().contains("hunter2"), "{mistakes}");
    }
}

#[test]
fn production_needs_a_public_url_with_https() {
    let production = |url| read(&[&[("PUBLIC_URL", url)], &PRODUCTION[..]].concat());
    for url in ["https://app.example.com", "https://app.example.com/", "https://app.example.com:8443"] {
        production(url).expect(url);
    }
    for url in
        ["", "http://app.example.com", "http://localhost:3000", "app.example.com", "ftp://app.example.com"]
    {
        let mistakes = production(url).expect_err(url);
        assert_eq!(mistakes.iter().map(|(setting, _)| setting).collect::<Vec<_>>(), ["PUBLIC_URL"], "{url}");
    }
}

#[test]
fn a_public_url_is_a_scheme_a_host_and_an_optional_port() {
    for url in ["http://localhost:3000", "http://127.0.0.1:3000/", "https://app.example.com"] {
        read(&[("PUBLIC_URL", url)]).expect(url);
    }
    for url in [
        "localhost:3000",
        "http://",
        "https://app.example.com/app",
        "https://app.example.com/?a",
        "https://ada:hunter2@app.example.com",
        "https://app.example.com/#a",
        "mailto:ada@example.com",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ] {
        assert_eq!(wrong(&[("PUBLIC_URL", url)]), ["PUBLIC_URL"], "{url}");
    }
}

#[test]
fn session_limits_are_whole_numbers_within_bounds() {
    for name in ["SESSION_IDLE_MINUTES", "SESSION_ABSOLUTE_HOURS", "SESSION_REMEMBER_DAYS"] {
        for count in ["0", "-1", "1.5", "1e3", "soon", "30m", "99999999", "18446744073709551616"] {
            assert_eq!(wrong(&[(name, count)]), [name], "{count}");
        }
    }
    let config = read(&[
        ("SESSION_IDLE_MINUTES", "5"),
        ("SESSION_ABSOLUTE_HOURS", "1"),
        ("SESSION_REMEMBER_DAYS", " 2 "),
    ]);
    assert_eq!(config.unwrap().limits.remember, Duration::from_secs(2 * 86_400));
}

#[test]
fn session_limits_must_be_consistent() {
    assert_eq!(wrong(&[("SESSION_IDLE_MINUTES", "61"), ("SESSION_ABSOLUTE_HOURS", "1")]).len(), 1);
    assert_eq!(wrong(&[("SESSION_ABSOLUTE_HOURS", "25"), ("SESSION_REMEMBER_DAYS", "1")]).len(), 1);
    read(&[("SESSION_IDLE_MINUTES", "60"), ("SESSION_ABSOLUTE_HOURS", "1")]).unwrap();
    read(&[("SESSION_ABSOLUTE_HOURS", "24"), ("SESSION_REMEMBER_DAYS", "1")]).unwrap();
}

#[test]
fn the_migration_setting_is_true_or_false() {
    assert!(!read(&[("DATABASE_MIGRATE", "false")]).unwrap().migrate);
    assert!(read(&[("DATABASE_MIGRATE", "true")]).unwrap().migrate);
    for text in ["yes", "1", "TRUE", "off"] {
        assert_eq!(wrong(&[("DATABASE_MIGRATE", text)]), ["DATABASE_MIGRATE"], "{text}");
    }
}

#[test]
fn trusted_proxies_are_addresses_and_networks_and_never_all() {
    let trusts = |list: &str, address: &str| {
        read(&[("TRUSTED_PROXIES", list)]).unwrap().trusted_proxies.contains(&address.parse().unwrap())
    };
    assert!(trusts("127.0.0.1", "127.0.0.1") && !trusts("127.0.0.1", "127.0.0.2"));
    assert!(trusts("::1, 10.0.0.0/8", "10.1.2.3") && trusts("::1,10.0.0.0/8", "::1"));
    assert!(!trusts("none", "127.0.0.1") && !trusts("", "127.0.0.1"));
    for wrong_one in
        ["proxy.local", "10.0.0.0/33", "0.0.0.0/0", "::/0", "127.0.0.1;10.0.0.1", "all", "127.0.0.1, none"]
    {
        assert_eq!(wrong(&[("TRUSTED_PROXIES", wrong_one)]), ["TRUSTED_PROXIES"], "{wrong_one}");
    }
}

#[test]
fn production_needs_proxies_and_a_mail_server_or_none_said_explicitly() {
    let production = &PRODUCTION[..3];
    assert_eq!(wrong(production), ["TRUSTED_PROXIES", "SMTP_URL"]);
    for (proxies, smtp_url) in [("none", "smtps://mail.example.com"), ("127.0.0.1", "none")] {
        let named = [("TRUSTED_PROXIES", proxies), ("SMTP_URL", smtp_url)];
        assert!(read(&[production, &named].concat()).is_ok());
    }
}

#[test]
fn smtp_is_encrypted_unless_turned_off() {
    let smtp = |url: &str| read(&[("SMTP_URL", url)]).map(|config| config.mail.outgoing);
    for url in
        ["smtps://me:secret@mail.example.com", "smtp://mail.example.com:587", "smtp://127.0.0.1:25?tls=none"]
    {
        let outgoing = smtp(url).expect(url);
        assert!(matches!(outgoing, Outgoing::Smtp(_)), "{outgoing:?}");
        assert!(!format!("{outgoing:?}").contains("secret"), "settings end up in logs");
    }
    for url in ["mail.example.com", "https://mail.example.com", "smtp://", "true"] {
        assert_eq!(wrong(&[("SMTP_URL", url)]), ["SMTP_URL"], "{url}");
    }
}

#[test]
fn the_sender_is_an_address_of_the_product() {
    let from = |settings: &[(&str, &str)]| read(settings).unwrap().mail.from.to_string();
    assert_eq!(from(&[("PUBLIC_URL", "https://app.example.com")]), "no-reply@app.example.com");
    assert_eq!(from(&[("PUBLIC_URL", "http://127.0.0.1:3000")]), "no-reply@localhost");
    assert_eq!(from(&[("MAIL_FROM", "Acme <hello@example.com>")]), "Acme <hello@example.com>");
    for no_address in ["hello", "a@b\r\nBcc: c@example.com", "@example.com"] {
        assert_eq!(wrong(&[("MAIL_FROM", no_address)]), ["MAIL_FROM"], "{no_address}");
        assert_eq!(wrong(&[("MAIL_REPLY_TO", no_address)]), ["MAIL_REPLY_TO"], "{no_address}");
    }
}

#[test]
fn production_needs_a_database() {
    let mut production = PRODUCTION;
    for empty in ["", "  "] {
        production[1].1 = empty;
        assert_eq!(wrong(&production), ["DATABASE_URL"]);
    }
}
