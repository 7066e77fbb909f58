//! The settings of the address, of the public URL and of the example file.

use super::config::{PRODUCTION, read, wrong};
use server::Config;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn an_address_is_a_host_and_a_port_or_a_port_alone() {
    let address = |settings: &[(&str, &str)]| read(settings).unwrap().site.address.to_string();
    for (text, expected) in [
        ("127.0.0.1:4000", "127.0.0.1:4000"),
        ("[::1]:4000", "[::1]:4000"),
        ("localhost:4000", "127.0.0.1:4000"),
        (":4000", "127.0.0.1:4000"),
        (" 4000 ", "127.0.0.1:4000"),
        ("", "127.0.0.1:3000"),
    ] {
        assert_eq!(address(&[("LEPTOS_SITE_ADDR", text)]), expected, "{text}");
    }
    assert_eq!(address(&[("PORT", "4000")]), "127.0.0.1:4000");
    assert_eq!(address(&[("PORT", "4000"), ("LEPTOS_SITE_ADDR", "127.0.0.1:5000")]), "127.0.0.1:5000");
    let in_production = |setting| address(&[&PRODUCTION[..], setting].concat());
    assert_eq!(in_production(&[]), "127.0.0.1:3000");
    assert_eq!(
        in_production(&[("PORT", "8080")]),
        "0.0.0.0:8080",
        "the platform is outside of the container"
    );
}

#[test]
fn the_image_listens_on_all_interfaces_at_the_port_that_a_platform_chooses() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Dockerfile");
    let text = std::fs::read_to_string(file).unwrap();
    let (_, last_stage) = text.rsplit_once("\nFROM ").unwrap();
    let set = last_stage.lines().filter_map(|line| line.strip_prefix("ENV ")).flat_map(str::split_whitespace);
    let of_image: Vec<(&str, &str)> = set.filter_map(|setting| setting.split_once('=')).collect();
    let address = |of_platform: &[(&str, &str)]| {
        let all = [of_platform, &of_image[..], &PRODUCTION[..]].concat();
        read(&all).unwrap().site.address.to_string()
    };
    assert_eq!(address(&[]), "0.0.0.0:3000");
    assert_eq!(address(&[("PORT", "8080")]), "0.0.0.0:8080");
}

#[test]
fn a_wrong_address_is_reported_with_its_setting() {
    for text in [
        "localhost",
        "\"127.0.0.1:3000\"",
        "127.0.0.1:70000",
        "no-such-host.invalid:3000",
        "http://localhost:3000",
        "::1",
    ] {
        assert_eq!(wrong(&[("LEPTOS_SITE_ADDR", text)]), ["LEPTOS_SITE_ADDR"], "{text}");
    }
    assert_eq!(wrong(&[("PORT", "http")]), ["PORT"]);
}

#[test]
fn the_public_url_follows_the_port_and_another_port_is_a_warning() {
    let of = |settings: &[(&str, &str)]| {
        let config = read(settings).unwrap();
        (config.public_url.to_string(), config.warnings.len())
    };
    assert_eq!(of(&[("PORT", "4000")]), ("http://localhost:4000/".into(), 0));
    assert_eq!(of(&[("PORT", "4000"), ("PUBLIC_URL", "http://localhost:3000")]).1, 1);
    assert_eq!(of(&[("PORT", "4000"), ("PUBLIC_URL", "https://app.example.com")]).1, 0);
}

#[test]
fn the_redirect_to_https_is_off_by_default_and_without_a_trusted_proxy_a_warning() {
    let of = |settings: &[(&str, &str)]| {
        let config = read(settings).unwrap();
        (config.redirect_to_https, config.warnings.len())
    };
    assert_eq!(of(&[("TRUSTED_PROXIES", "10.0.0.0/8")]), (false, 0));
    assert_eq!(of(&[("REDIRECT_TO_HTTPS", "true"), ("TRUSTED_PROXIES", "10.0.0.0/8")]), (true, 0));
    assert_eq!(of(&[("REDIRECT_TO_HTTPS", "true"), ("TRUSTED_PROXIES", "none")]), (true, 1));
    for text in ["yes", "TRUE", "301"] {
        assert_eq!(wrong(&[("REDIRECT_TO_HTTPS", text)]), ["REDIRECT_TO_HTTPS"], "{text}");
    }
}

#[test]
fn the_store_of_session_data_has_a_known_name_and_redis_has_an_address() {
    let of = |store, url| wrong(&[("SESSION_DATA_STORE", store), ("SESSION_DATA_REDIS_URL", url)]);
    for (store, url) in [("redis", ""), ("postgres", ""), ("SQL", "redis://127.0.0.1:6379")] {
        assert_eq!(of(store, url), ["SESSION_DATA_STORE"], "{store}");
    }
    for url in ["127.0.0.1:6379", "http://127.0.0.1:6379", "redis://"] {
        assert_eq!(of("sql", url), ["SESSION_DATA_REDIS_URL"], "{url}");
    }
    for store in ["", "sql", "memory", "redis", "cookie"] {
        let url = ("SESSION_DATA_REDIS_URL", "rediss://product:secret-word@redis.internal:6380/2");
        let config = read(&[("SESSION_DATA_STORE", store), url]).unwrap();
        assert!(!format!("{config:?}").contains("secret-word"), "{store}");
    }
}

/// Set by cargo-leptos or `.cargo/config.toml`; a developer never sets them.
const NOT_IN_THE_EXAMPLE: [&str; 3] = ["LEPTOS_OUTPUT_NAME", "LEPTOS_RELOAD_PORT", "LEPTOS_SITE_PKG_DIR"];
/// Read by the library that writes the log.
const READ_ELSEWHERE: [&str; 1] = ["RUST_LOG"];

#[test]
fn the_example_file_has_every_setting_that_is_read_and_no_other() {
    let names = RefCell::new(BTreeSet::new());
    let _wrong_or_not = Config::read(|name| {
        names.borrow_mut().insert(name.to_owned());
        (name == "OIDC_PROVIDERS").then(|| "corp".to_owned()) // each has settings of its own
    });
    let read: Vec<String> =
        names.into_inner().into_iter().filter(|name| !NOT_IN_THE_EXAMPLE.contains(&name.as_str())).collect();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.env.example");
    let text = std::fs::read_to_string(file).unwrap();
    let settings = text.lines().filter_map(|line| line.strip_prefix('#')?.split_once('='));
    let mut listed: Vec<&str> = settings.map(|(name, _)| name).filter(|name| !name.contains(' ')).collect();
    listed.retain(|name| !READ_ELSEWHERE.contains(name));
    listed.sort_unstable();
    assert_eq!(listed, read);
}

#[test]
#[should_panic(expected = "no code reads the setting MIGRATE")]
fn a_test_with_a_setting_that_no_code_reads_fails() {
    Config::for_tests(&[("DATABASE_MIGRATE", "false"), ("MIGRATE", "false")]);
}
