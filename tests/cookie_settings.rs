//! The settings of the session cookie: each cookie of the session follows them, and a visit from another site works.

use crate::browser::{Answer, Browser, FORM, PASSWORD, PRODUCTION, form, site, tables};
use app::routes::routes;
use program::cookie_settings::cookie_mistakes;
use server::{Config, on_sqlite};

/// A production with another domain. Its browser is at `app.example.com`.
const DOMAIN: [(&str, &str); 5] = [
    PRODUCTION[0],
    PRODUCTION[1],
    PRODUCTION[2],
    ("SESSION_COOKIE_DOMAIN", "example.com"),
    ("SESSION_COOKIE_SAME_SITE", "strict"),
];
/// A link in an email.
const FROM_OTHER_SITE: [(&str, &str); 4] = [
    ("accept", "text/html"),
    ("host", "localhost"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-mode", "navigate"),
];

fn cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap()).collect()
}

fn mistakes(settings: &[(&str, &str)]) -> Vec<&'static str> {
    cookie_mistakes(&Config::for_tests(settings), &routes()).iter().map(|(setting, _)| setting).collect()
}

on_sqlite! {
    async fn every_cookie_of_the_session_has_the_attributes_of_the_settings_also_when_it_is_removed(db: TestDb) {
        let site = site(&db, &[&DOMAIN[..], &[("SESSION_COOKIE_NAME", "__Secure-sid"), ("SESSION_DATA_STORE", "cookie")]].concat());
        let headers = [&FORM[..], &[("host", "app.example.com")]].concat();
        let mut browser = Browser::at(site);
        let mut set = Vec::new();
        let page = browser.ask("GET", "/dashboard", &headers, "").await;
        set.extend(cookies(&page).iter().map(|one| one.to_string()));
        let page = browser.ask("GET", "/login", &headers, "").await;
        set.extend(cookies(&page).iter().map(|one| one.to_string()));
        browser.cookie = Some(set.iter().map(|one| one.split(';').next().unwrap()).collect::<Vec<_>>().join("; "));
        browser.token = crate::browser::token_of(&page.body);
        for (path, fields) in [
            ("/signup", vec![("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)]),
            ("/login", vec![("email", "ada@example.com"), ("password", "wrong")]),
            ("/login", vec![("email", "ada@example.com"), ("password", PASSWORD)]),
        ] {
            let answer = browser.ask("POST", path, &headers, form(&fields)).await;
            assert_eq!(answer.status, 303, "{path}");
            set.extend(cookies(&answer).iter().map(|one| one.to_string()));
        }
        let names: std::collections::BTreeSet<&str> = set.iter().map(|one| one.split('=').next().unwrap()).collect();
        let own = |name: [&'static str; 2]| format!("__Secure-{}", name[0]);
        let expected = [own(ui::brand::BROWSER_COOKIE), own(ui::brand::DATA_COOKIE), own(ui::brand::RETURN_COOKIE), "__Secure-sid".into()];
        assert_eq!(names, expected.iter().map(String::as_str).collect());
        assert!(set.iter().any(|one| one.contains("Max-Age=0")), "the return path is removed after the log-in");
        for cookie in &set {
            let mut attributes: Vec<String> = cookie.split("; ").skip(1).map(str::to_lowercase).collect();
            attributes.retain(|one| !one.starts_with("max-age"));
            attributes.sort();
            assert_eq!(attributes, ["domain=example.com", "httponly", "path=/", "samesite=strict", "secure"], "{cookie}");
        }
    }

    async fn a_named_cookie_logs_in_and_one_of_the_old_name_does_not(db: TestDb) {
        let site = site(&db, &[("SESSION_COOKIE_NAME", "sid")]);
        let headers = [&FORM[..], &[("host", "localhost")]].concat();
        let mut browser = Browser::at(site);
        let page = browser.ask("GET", "/signup", &headers, "").await;
        browser.cookie = Some(cookies(&page)[0].split(';').next().unwrap().to_owned());
        browser.token = crate::browser::token_of(&page.body);
        browser.ask("POST", "/signup", &headers, form(&[("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)])).await;
        let answer = browser.ask("POST", "/login", &headers, form(&[("email", "ada@example.com"), ("password", PASSWORD)])).await;
        let own = cookies(&answer).into_iter().find_map(|one| one.split(';').next()?.strip_prefix("sid=")).expect("a new id").to_owned();
        browser.cookie = Some(format!("sid={own}"));
        assert!(browser.is_logged_in().await);
        browser.cookie = Some(format!("{}={own}", ui::brand::SESSION_COOKIE[0]));
        assert!(!browser.is_logged_in().await);
    }

    async fn with_strict_a_visit_from_another_site_opens_the_page_again_and_sets_no_cookie(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[("SESSION_COOKIE_SAME_SITE", "strict")]));
        ada.sign_up("ada@example.com").await;
        let without = Browser::at(ada.site.clone());
        for path in ["/account", "/verify?token=a%22b;c'd", "/reset?token=1", "/login", "/", "/dashboard"] {
            let answer = without.ask("GET", path, &FROM_OTHER_SITE, "").await;
            assert_eq!(answer.header("refresh"), format!("0; url={path}"), "{path}");
            assert!(answer.status == 200 && answer.body.contains("Continue") && cookies(&answer).is_empty(), "{path}");
        }
        // The browser then comes from this site, with its cookie.
        assert!(ada.ask("GET", "/account", &FORM, "").await.body.contains("ada@example.com"));
        assert_eq!(tables::sessions(&db).await.len(), 1);
    }

    async fn with_strict_no_address_of_another_site_is_opened_and_scripts_and_forms_get_their_answer(db: TestDb) {
        let browser = Browser::at(site(&db, &[("SESSION_COOKIE_SAME_SITE", "strict")]));
        for path in ["//evil.example/", "/\\evil.example", "//"] {
            assert_eq!(browser.ask("GET", path, &FROM_OTHER_SITE, "").await.header("refresh"), "", "{path}");
        }
        let script = [("accept", "application/json"), FROM_OTHER_SITE[1], FROM_OTHER_SITE[2]];
        assert_eq!(browser.ask("GET", "/account", &script, "").await.status, 401);
        let posted = browser.ask("POST", "/login", &FROM_OTHER_SITE, "").await;
        assert!(posted.status == 403 && posted.header("refresh").is_empty(), "{}", posted.status);
        let same_site = Browser::at(browser.site.clone()).ask("GET", "/login", &FORM, "").await;
        assert_eq!((same_site.status, same_site.header("refresh")), (200, ""));
    }

    async fn with_lax_a_visit_from_another_site_is_answered_at_once(db: TestDb) {
        let answer = Browser::at(site(&db, &[])).ask("GET", "/login", &FROM_OTHER_SITE, "").await;
        assert_eq!((answer.status, answer.header("refresh")), (200, ""));
    }
}

#[test]
fn the_name_of_another_cookie_of_the_product_is_refused() {
    use ui::brand::SESSION_COOKIE;
    let brand = include_str!("../ui/src/brand.rs").split("_COOKIE: ").skip(1);
    // The first name of each constant. The session's own is no other cookie.
    let names: Vec<_> = brand.map(|rest| rest.split('"').nth(1).unwrap()).collect();
    let others: Vec<_> = names.iter().filter(|name| **name != SESSION_COOKIE[0]).collect();
    assert!(others.len() + 1 == names.len() && others.len() > 6, "{names:?}");
    for name in others {
        assert_eq!(mistakes(&[("SESSION_COOKIE_NAME", name)]), ["SESSION_COOKIE_NAME"], "{name}");
    }
    assert!(mistakes(&[("SESSION_COOKIE_NAME", SESSION_COOKIE[0])]).is_empty() && mistakes(&[]).is_empty());
}

#[test]
fn a_path_must_be_above_all_pages_with_a_log_in_or_a_form() {
    assert_eq!(mistakes(&[("SESSION_COOKIE_PATH", "/app")]), ["SESSION_COOKIE_PATH"]);
    let admin_only: Vec<_> = routes().into_iter().filter(|route| route.path.starts_with("/admin")).collect();
    let landing = routes().into_iter().filter(|route| route.path == "/");
    let product: Vec<_> = landing.chain(admin_only).collect();
    assert!(product.len() > 10);
    assert!(cookie_mistakes(&Config::for_tests(&[("SESSION_COOKIE_PATH", "/admin")]), &product).is_empty());
    assert!(
        !cookie_mistakes(&Config::for_tests(&[("SESSION_COOKIE_PATH", "/admin/users")]), &product).is_empty()
    );
}

/// The program itself.
#[test]
fn the_program_does_not_start_with_a_cookie_that_no_page_gets() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("APP_ENV", "test"),
        ("SMTP_URL", "none"),
        ("SESSION_SECRET", server::config::for_tests::SECRETS[0]),
        ("DATABASE_URL", "sqlite:app.db"),
        ("SESSION_COOKIE_PATH", "/app"),
        ("SESSION_COOKIE_NAME", ui::brand::DATA_COOKIE[0]),
    ];
    let output = crate::processes::command_in(folder.path(), &["serve"], &settings);
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!output.status.success());
    assert!(said.contains("SESSION_COOKIE_PATH:") && said.contains("SESSION_COOKIE_NAME:"), "{said}");
}
