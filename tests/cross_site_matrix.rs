//! Every combination of method, `Sec-Fetch-Site`, `Origin`, form token and session, at a plain host name of a local
//! network. The two rules are written here a second time.

use crate::browser::{Browser, PASSWORD, form, site, tables};
use server::on_sqlite;

const HOST: &str = "nas.lan:3000";
const PUBLIC_URL: (&str, &str) = ("PUBLIC_URL", "http://nas.lan:3000");
const OWN: &str = "http://nas.lan:3000";
const SITES: [Option<&str>; 7] = [
    None,
    Some("same-origin"),
    Some("none"),
    Some("same-site"),
    Some("cross-site"),
    Some("SAME-ORIGIN"),
    Some(""),
];
const ORIGINS: [Option<&str>; 7] = [
    None,
    Some(OWN),
    Some("https://evil.example"),
    Some("http://nas.lan"),
    Some("http://nas.lan:3000.evil.example"),
    Some("null"),
    Some("http://other.lan:3000"),
];
const METHODS: [&str; 8] = ["POST", "PUT", "PATCH", "DELETE", "GET", "HEAD", "OPTIONS", "PROPFIND"];

/// The origin that a request claims, and whether the rule accepts it.
fn is_from_here(fetch_site: Option<&str>, origin: Option<&str>) -> bool {
    match (fetch_site, origin) {
        (Some("same-origin" | "none"), _) => true,
        (Some("") | None, None) => true, // no current browser
        (Some("") | None, Some(origin)) => origin == OWN,
        (Some(_), _) => false,
    }
}

/// A browser with a kind of session, and the tokens that it may send.
struct Case {
    browser: Browser,
    is_logged_in: bool,
    tokens: Vec<(Option<String>, bool)>,
}

async fn cases(site: axum::Router) -> Vec<Case> {
    let (mut member, mut left) = (Browser::at(site.clone()), Browser::at(site.clone()));
    member.sign_up("ada@example.com").await;
    left.log_in("ada@example.com", PASSWORD).await;
    left.post("/logout", &[]).await;
    left.open_form().await;
    let (form, none) = (Browser::with_form(site.clone()).await, Browser::at(site));
    let of_others = [&member, &left, &form].map(|browser| browser.token.clone());
    let case = |browser: &Browser, is_logged_in: bool| {
        let mut tokens: Vec<(Option<String>, bool)> = vec![(None, false), (Some("forged".into()), false)];
        tokens.extend(of_others.iter().map(|token| (token.clone(), *token == browser.token)));
        Case { browser: browser.without_token(), is_logged_in, tokens }
    };
    vec![case(&member, true), case(&left, false), case(&form, false), case(&none, false)]
}

on_sqlite! {
    async fn a_request_is_accepted_only_if_both_rules_allow_it(db: TestDb) {
        let cases = cases(site(&db, &[PUBLIC_URL])).await;
        let (mut obeyed, mut tried) = (0, 0);
        for case in &cases {
            for (token, is_own) in &case.tokens {
                for (fetch_site, origin) in SITES.into_iter().flat_map(|one| ORIGINS.map(|two| (one, two))) {
                    for method in METHODS {
                        let mut headers = vec![("host", HOST), ("accept", "application/json"), ("content-type", "application/x-www-form-urlencoded")];
                        headers.extend(fetch_site.map(|value| ("sec-fetch-site", value)));
                        headers.extend(origin.map(|value| ("origin", value)));
                        headers.extend(token.as_deref().map(|value| ("x-csrf-token", value)));
                        tried += 1;
                        let name = format!("Ada {tried}");
                        let status = case.browser.ask(method, "/account", &headers, form(&[("name", &name)])).await.status;
                        let what = format!("{method} {fetch_site:?} {origin:?} own token: {is_own}, logged in: {}", case.is_logged_in);
                        let must = is_from_here(fetch_site, origin) && case.is_logged_in && *is_own && method == "POST";
                        if method == "POST" {
                            let expected = match (is_from_here(fetch_site, origin), case.is_logged_in, is_own) {
                                (false, ..) => 403,
                                (true, false, _) => 401,
                                (true, true, false) => 403,
                                (true, true, true) => 200,
                            };
                            assert_eq!(status, expected, "{what}");
                        }
                        assert!(status < 500, "{what} answered {status}");
                        let is = must && tables::lines(&db, "select name from users").await == [name.clone()];
                        assert_eq!(is, must, "{what}");
                        obeyed += usize::from(must);
                    }
                }
            }
        }
        let (name, last) = (tables::lines(&db, "select name from users").await, obeyed);
        assert!(name[0].starts_with("Ada ") && last > 5 && tried > 5_000, "{name:?} {last} of {tried}");
    }

    async fn a_public_form_needs_its_token_too(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let attacker = Browser::with_form(site(&db, &[])).await;
        let victim = Browser::with_form(site(&db, &[])).await;
        let with = |token: &str| form(&[("email", "ada@example.com"), ("password", PASSWORD), ("csrf_token", token)]);
        let before = tables::sessions(&db).await;
        for token in ["", attacker.token.as_deref().unwrap()] {
            let answer = victim.without_token().ask("POST", "/login", &[("content-type", "application/x-www-form-urlencoded")], with(token)).await;
            assert_eq!(answer.status, 403, "logs a user in as another one");
        }
        let anonymous = Browser::at(site(&db, &[]));
        let answer = anonymous.ask("POST", "/login", &[("content-type", "application/x-www-form-urlencoded")], with(attacker.token.as_deref().unwrap())).await;
        assert_eq!(answer.status, 403, "a token without its cookie");
        assert_eq!(tables::sessions(&db).await, before);
    }
}
