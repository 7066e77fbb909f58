//! The settings of providers: mistakes, presets, and a product without providers.

use crate::browser::{Browser, site};
use server::config::for_tests::SECRETS;
use server::{Config, on_sqlite};

fn read(settings: &[(&str, &str)]) -> Result<Config, String> {
    let all =
        [&[("APP_ENV", "test"), ("SESSION_SECRET", SECRETS[0]), ("SMTP_URL", "none")], settings].concat();
    let get =
        |name: &str| all.iter().find(|(setting, _)| *setting == name).map(|(_, text)| (*text).to_owned());
    Config::read(get).map_err(|mistakes| mistakes.to_string())
}

#[test]
fn all_mistakes_in_the_settings_of_providers_are_reported_together() {
    let mistakes = read(&[
        ("OIDC_PROVIDERS", "corp,microsoft,github"),
        ("OIDC_CORP_ISSUER", "http://id.example.com"),
        ("OIDC_CORP_TRUSTED_ADDRESSES", "perhaps"),
        ("OIDC_CORP_CHECK_MINUTES", "4"),
        ("OIDC_GITHUB_CHECK_MINUTES", "1441"),
        ("OIDC_MICROSOFT_TENANT", "common"),
        ("ALLOWED_EMAIL_DOMAINS", "@example.com"),
        ("SINGLE_SIGN_ON_ONLY", "yes"),
    ])
    .unwrap_err();
    for part in [
        "OIDC_CORP_ISSUER: begin it with https://",
        "OIDC_CORP_CLIENT_ID: is missing",
        "OIDC_CORP_CLIENT_SECRET: is missing",
        "OIDC_CORP_NAME: is missing",
        "OIDC_CORP_TRUSTED_ADDRESSES: set it to true or false",
        "OIDC_CORP_CHECK_MINUTES: set it to a whole number from 5 to 1440",
        "OIDC_GITHUB_CHECK_MINUTES: set it to a whole number from 5 to 1440",
        "OIDC_MICROSOFT_TENANT: set it to the id of your directory",
        "OIDC_MICROSOFT_CLIENT_ID: is missing",
        "OIDC_GITHUB_CLIENT_SECRET: is missing",
        "ALLOWED_EMAIL_DOMAINS: @example.com is not a domain",
        "SINGLE_SIGN_ON_ONLY: set it to true or false",
    ] {
        assert!(mistakes.contains(part), "no “{part}” in\n{mistakes}");
    }
}

#[test]
fn a_wrong_list_of_providers_is_refused() {
    for (list, part) in [
        ("Corp", "is not a name"),
        ("my-corp", "is not a name"),
        ("../x", "is not a name"),
        ("google,google", "is in the list twice"),
    ] {
        let mistakes = read(&[("OIDC_PROVIDERS", list)]).unwrap_err();
        assert!(mistakes.contains(part), "{mistakes}");
    }
    let same = [
        ("OIDC_PROVIDERS", "one,two"),
        ("OIDC_ONE_ISSUER", "https://id.example.com"),
        ("OIDC_TWO_ISSUER", "https://id.example.com"),
        ("OIDC_ONE_CLIENT_ID", "a"),
        ("OIDC_TWO_CLIENT_ID", "b"),
        ("OIDC_ONE_CLIENT_SECRET", "a"),
        ("OIDC_TWO_CLIENT_SECRET", "b"),
        ("OIDC_ONE_NAME", "One"),
        ("OIDC_TWO_NAME", "Two"),
    ];
    assert!(read(&same).unwrap_err().contains("one and two have the same issuer"));
    assert!(read(&[("SINGLE_SIGN_ON_ONLY", "true")]).unwrap_err().contains("needs OIDC_PROVIDERS"));
}

#[test]
fn a_separate_admin_area_needs_a_password_or_a_provider_that_confirms() {
    let github = [
        ("OIDC_PROVIDERS", "github"),
        ("OIDC_GITHUB_CLIENT_ID", "a"),
        ("OIDC_GITHUB_CLIENT_SECRET", "b"),
        ("OIDC_GITHUB_ISSUER", "https://github.example.com/"),
        ("ADMIN_SESSION", "separate"),
    ];
    let config = read(&github).unwrap();
    assert_eq!(config.single_sign_on.providers[0].issuer, "https://github.example.com");
    let only = [&github[..], &[("SINGLE_SIGN_ON_ONLY", "true")]].concat();
    assert!(read(&only).unwrap_err().contains("ADMIN_SESSION: separate needs a password"));
}

#[test]
fn a_provider_is_asked_for_a_refresh_token_in_its_own_way() {
    let mut settings = vec![
        ("OIDC_PROVIDERS", "google,microsoft,github"),
        ("OIDC_MICROSOFT_TENANT", "9188040d-6c67-4c5b-b112-36a304b66dad"),
    ];
    for id in ["GOOGLE", "MICROSOFT", "GITHUB"] {
        for (setting, text) in [("CLIENT_ID", "a"), ("CLIENT_SECRET", "b"), ("CHECK_MINUTES", "5")] {
            settings.push((format!("OIDC_{id}_{setting}").leak(), text));
        }
    }
    let config = read(&settings).unwrap();
    let asked = config.single_sign_on.providers.iter();
    let asked: Vec<_> = asked.map(|one| (one.scopes.join(" "), one.log_in_parameters.clone())).collect();
    let expected = [
        ("openid email profile", vec![("access_type", "offline"), ("prompt", "consent")]),
        ("openid email profile offline_access", vec![]),
        ("read:user user:email", vec![]),
    ];
    assert_eq!(asked, expected.map(|(scopes, parameters)| (scopes.to_owned(), parameters)));
}

#[test]
fn presets_need_id_and_secret_only_and_no_secret_is_printed() {
    let config = read(&[
        ("OIDC_PROVIDERS", "google, microsoft,github"),
        ("OIDC_GOOGLE_CLIENT_ID", "g"),
        ("OIDC_GOOGLE_CLIENT_SECRET", "hush-hush"),
        ("OIDC_MICROSOFT_TENANT", "9188040d-6c67-4c5b-b112-36a304b66dad"),
        ("OIDC_MICROSOFT_CLIENT_ID", "m"),
        ("OIDC_MICROSOFT_CLIENT_SECRET", "hush-hush"),
        ("OIDC_GITHUB_CLIENT_ID", "h"),
        ("OIDC_GITHUB_CLIENT_SECRET", "hush-hush"),
    ])
    .unwrap();
    let providers = &config.single_sign_on.providers;
    let issuers: Vec<_> = providers.iter().map(|one| (one.name.as_str(), one.issuer.as_str())).collect();
    let microsoft = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0";
    assert_eq!(
        issuers,
        [
            ("Google", "https://accounts.google.com"),
            ("Microsoft", microsoft),
            ("GitHub", "https://github.com")
        ]
    );
    assert!(!format!("{config:?}").contains("hush"));
}

on_sqlite! {
    async fn without_a_provider_there_is_no_route_and_no_button(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[("OIDC_PROVIDERS", "")]));
        browser.sign_up("ada@example.com").await;
        for path in ["/login/with/corp/callback?code=1&state=2", "/account/sign-in-methods"] {
            assert_eq!(browser.get(path).await, 404, "{path}");
        }
        for path in ["/login/with", "/reauthenticate/with", "/account/sign-in-methods/link", "/account/sign-in-methods/unlink"] {
            assert_eq!(browser.post(path, &[("provider", "corp"), ("id", "1")]).await, 404, "{path}");
        }
        browser.get("/account").await;
        assert!(!browser.page.contains("Log-in methods"));
        browser.post("/logout", &[]).await;
        browser.get("/login").await;
        assert!(!browser.page.contains("Continue with"));
    }

    async fn an_unknown_provider_is_not_found(db: TestDb) {
        let mut browser = Browser::with_form(site(&db, &[])).await;
        assert_eq!(browser.post("/login/with", &[("provider", "evil")]).await, 404);
        assert_eq!(browser.get("/login/with/evil/callback?code=1&state=2").await, 404);
        assert_eq!(browser.sign_on_cookie, None);
    }
}
