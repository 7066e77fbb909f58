//! The settings of the tests: a configuration without an environment, and the address of PostgreSQL.

use super::Config;

/// Public, so no product may use them.
pub const SECRETS: [&str; 2] = [
    "c2VjcmV0IG51bWJlciBvbmUgZm9yIHRlc3RzLCBub3QgYW55d2hlcmUgZWxzZSEh",
    "YW5vdGhlciBzZWNyZXQgZm9yIHRlc3RzLCB0d28sIG9sZCBhbmQgcmV0aXJlZCE/",
];

/// The library that colours the log, cargo-leptos, a preset of a provider, and the script of a test read these.
const NOT_IN_THE_EXAMPLE: [&str; 4] = ["NO_COLOR", "LEPTOS_OUTPUT_NAME", "OIDC_MICROSOFT_TENANT", "DISK"];

/// Fails for a setting that no code reads: the test would test nothing.
pub fn assert_is_read(name: &str) {
    let lines = include_str!("../../../.env.example").lines();
    let mut listed = lines.filter_map(|line| Some(line.strip_prefix('#')?.split_once('=')?.0));
    let is_listed = listed.any(|one| {
        // Each provider has settings of its own.
        let of_provider = one.strip_prefix("OIDC_CORP").filter(|_| name.starts_with("OIDC_"));
        one == name || of_provider.is_some_and(|end| name.ends_with(end))
    });
    assert!(is_listed || NOT_IN_THE_EXAMPLE.contains(&name), "no code reads the setting {name}");
}

impl Config {
    pub fn for_tests(changes: &[(&str, &str)]) -> Self {
        changes.iter().for_each(|(name, _)| assert_is_read(name));
        let api_is_off = changes.iter().any(|(name, text)| *name == "API" && *text != "true");
        let defaults = [
            ("APP_ENV", "test"),
            ("SESSION_SECRET", SECRETS[0]),
            ("DATABASE_URL", "sqlite:data/app.db"),
            ("SMTP_URL", "none"),
            ("UNVERIFIED_MAY", "everything"),
            ("API", "true"),
            ("API_CLIENT_TOKENS", if api_is_off { "off" } else { "opaque" }),
            // Nothing listens there.
            ("OIDC_PROVIDERS", "corp"),
            ("OIDC_CORP_ISSUER", "http://127.0.0.1:9"),
            ("OIDC_CORP_CLIENT_ID", "product"),
            ("OIDC_CORP_CLIENT_SECRET", "secret of the product"),
            ("OIDC_CORP_NAME", "Corp"),
        ];
        let get = |name: &str| {
            let named = |setting: &&(&str, &str)| setting.0 == name;
            changes
                .iter()
                .find(named)
                .or_else(|| defaults.iter().find(named))
                .map(|(_, text)| (*text).to_owned())
        };
        Self::read(get).unwrap_or_else(|mistakes| panic!("the settings of the tests are wrong:\n{mistakes}"))
    }
}

/// `TEST_REDIS_URL`, else the usual address.
#[allow(clippy::disallowed_methods)] // part of config, which reads the environment
pub fn redis_url() -> String {
    std::env::var("TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".into())
}

/// `TEST_DATABASE_URL`, else the usual addresses. TLS to the same machine would take a tenth of the time of a run.
#[allow(clippy::disallowed_methods)] // part of config, which reads the environment
pub fn postgres_urls() -> Vec<String> {
    match std::env::var("TEST_DATABASE_URL") {
        Ok(url) => vec![url],
        Err(_) => vec![
            "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable".into(),
            "postgres://postgres:postgres@127.0.0.1:5432/postgres?sslmode=disable".into(),
        ],
    }
}

#[allow(clippy::disallowed_methods)] // part of config, which reads the environment
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|ci| ci == "true")
}
