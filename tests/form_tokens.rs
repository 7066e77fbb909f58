//! The CSRF token of forms: every form has one, only the browser's own is valid, and an expired form loses no input.
//! Checks of the request's origin are in `cross_site.rs`.

use crate::browser::routes::{actions, pages, paths};
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables, token_of};
use server::testing::TestDb;
use server::{on_both_databases, on_sqlite, users};

const KIND: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn admin(db: &TestDb) -> Browser {
    let mut admin = Browser::at(site(db, &[]));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    admin
}

/// Posts a new name with this token in the form. Returns the response.
async fn rename(browser: &Browser, token: Option<&str>) -> u16 {
    let browser = browser.without_token();
    let fields: Vec<_> =
        [("name", "Ada the Second")].into_iter().chain(token.map(|token| ("csrf_token", token))).collect();
    browser.ask("POST", "/account", &FORM, form(&fields)).await.status
}

fn exempt() -> Vec<&'static str> {
    paths("POST", |rule| rule.without_token.is_some())
}

#[test]
fn routes_without_a_token_are_exactly_the_listed_ones() {
    assert_eq!(exempt(), ["/theme", "/password-strength"]);
}

on_sqlite! {
    async fn every_form_on_every_page_has_a_token(db: TestDb) {
        let (admin, anonymous) = (admin(&db).await, Browser::at(site(&db, &[])));
        let id = tables::lines(&db, "select id from users").await.remove(0);
        let mut forms = 0;
        for path in pages() {
            for browser in [&admin, &anonymous] {
                let page = browser.ask("GET", &path.replace("{id}", &id), &FORM, "").await.body;
                let is_exempt = |form: &&str| exempt().iter().any(|path| form.contains(&format!("action=\"{path}\"")));
                for form in page.split("<form ").skip(1).filter(|form| form.starts_with("method=\"post\"")) {
                    if is_exempt(&form) {
                        continue;
                    }
                    assert!(form.split("</form>").next().unwrap().contains("name=\"csrf_token\""), "{path}: {form:.200}");
                    forms += 1;
                }
            }
        }
        assert!(forms > 10, "{forms}");
    }

    async fn without_its_token_every_server_function_refuses_a_form(db: TestDb) {
        let admin = admin(&db).await.without_token();
        let ids = tables::lines(&db, "select id from sessions union all select id from users").await;
        let before = (tables::snapshot(&db).await, tables::sessions(&db).await);
        for path in actions().into_iter().filter(|path| !exempt().contains(path)) {
            for id in &ids {
                let fields = form(&[("id", id), ("user_id", id), ("name", "Eve"), ("title", "a"), ("body", "b"),
                    ("email", "eve@example.com"), ("password", PASSWORD), ("new_password", PASSWORD), ("current_password", PASSWORD)]);
                let page = admin.ask("POST", path, &FORM, fields.clone()).await;
                assert_eq!(page.status, 403, "{path}");
                assert!(page.body.contains("This form has expired"), "{path}");
                let json = admin.ask("POST", path, &SCRIPT, fields).await;
                assert_eq!((json.status, &json.body[..20]), (403, "{\"error\":\"StaleForm\""), "{path}");
            }
        }
        assert_eq!((tables::snapshot(&db).await, tables::sessions(&db).await), before);
    }

    async fn a_token_is_accepted_in_each_header_that_scripts_use(db: TestDb) {
        let admin = admin(&db).await;
        let token = admin.token.clone().unwrap();
        let admin = admin.without_token();
        for header in ["x-csrf-token", "x-xsrf-token", "X-CSRF-Token"] {
            let headers = [KIND, ("accept", "application/json"), (header, token.as_str())];
            assert_eq!(admin.ask("POST", "/account", &headers, "name=Ada").await.status, 200, "{header}");
        }
        for headers in [[KIND, ("x-token", token.as_str())], [KIND, ("cookie", token.as_str())]] {
            assert_eq!(admin.ask("POST", "/account", &headers, "name=Ada").await.status, 403, "{headers:?}");
        }
        let query = format!("/account?csrf_token={token}");
        assert_eq!(admin.ask("POST", &query, &FORM, "name=Ada").await.status, 403, "a URL may be shared");
    }

    async fn a_form_with_a_file_is_accepted_with_its_token_in_the_first_part_only(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let token = ada.token.clone().unwrap();
        let part = |boundary: &str, name: &str, value: &str| {
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let (first, other) = (part("x", "csrf_token", &token), part("x", "name", "Eve"));
        let foreign = part("x", "csrf_token", "none");
        for (parts, kind, status) in [
            ([&first, &other], "multipart/form-data; boundary=x", 422), // let in; this form takes no file
            ([&first, &other], "multipart/form-data; boundary=\"x\"", 422),
            ([&other, &first], "multipart/form-data; boundary=x", 403),
            ([&foreign, &first], "multipart/form-data; boundary=x", 403),
            ([&first, &other], "multipart/form-data; boundary=y", 403),
            ([&first, &other], "multipart/form-data", 403),
            ([&first, &other], "text/plain", 403),
        ] {
            let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin"), ("content-type", kind)];
            let body = format!("{}{}--x--\r\n", parts[0], parts[1]);
            assert_eq!(ada.without_token().ask("POST", "/account", &headers, body).await.status, status, "{kind}");
        }
    }

    async fn a_missing_or_foreign_token_is_refused(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let own = ada.token.clone().unwrap();
        let anonymous = Browser::with_form(site(&db, &[])).await;
        let (cut, flipped) = (own[..60].to_owned(), own.chars().rev().collect::<String>());
        let (doubled, spaced, longest) = (format!("{own}{own}"), format!(" {own}"), "A".repeat(100_000));
        let changed = format!("{}{}", if own.starts_with('A') { "B" } else { "A" }, &own[1..]);
        let anonymous_token = anonymous.token.clone().unwrap();
        for wrong in ["", "null", "undefined", "0", "%00", "ÿ", &cut, &flipped, &doubled, &spaced, &longest, &changed, &anonymous_token] {
            assert_eq!(rename(&ada, Some(wrong)).await, 403, "{wrong:.70}");
        }
        assert_eq!(rename(&ada, None).await, 403);
        assert_eq!(rename(&ada, Some(&own)).await, 303);
        let other_secret = Browser { site: site(&db, &[("SESSION_SECRET", server::config::for_tests::SECRETS[1])]), ..anonymous };
        assert_eq!(rename(&other_secret, Some(&anonymous_token)).await, 303, "to the log-in: neither cookie nor token is valid");
    }

    async fn a_token_differs_in_each_response_and_every_one_is_valid(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let mut tokens = Vec::new();
        for _ in 0..5 {
            ada.get("/account").await;
            tokens.push(ada.token.clone().unwrap());
        }
        for token in &tokens {
            assert_eq!(tokens.iter().filter(|other| *other == token).count(), 1);
            assert_eq!(rename(&ada, Some(token)).await, 303, "two tabs with open forms both submit");
        }
    }

    async fn a_log_in_and_a_log_out_invalidate_earlier_tokens(db: TestDb) {
        let mut ada = Browser::with_form(site(&db, &[])).await;
        let before = ada.token.clone().unwrap();
        ada.sign_up("ada@example.com").await;
        let during = ada.token.clone().unwrap();
        assert_eq!(rename(&ada, Some(&before)).await, 403);
        assert_eq!(rename(&ada, Some(&during)).await, 303);
        ada.post("/logout", &[]).await;
        ada.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(rename(&ada, Some(&during)).await, 403);
    }

    async fn a_rotated_secret_leaves_open_forms_valid(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let [one, two] = server::config::for_tests::SECRETS;
        ada.site = site(&db, &[("SESSION_SECRET", &format!("{two},{one}"))]);
        assert_eq!(rename(&ada, ada.token.as_deref()).await, 303);
    }

    async fn a_form_opened_before_the_first_flash_is_accepted_after_it(db: TestDb) {
        let mut browser = Browser::with_form(site(&db, &[])).await;
        let token = browser.token.clone().unwrap();
        browser.log_in("ada@example.com", PASSWORD).await; // another tab: a refused form stores session data
        let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD), ("csrf_token", token.as_str())];
        let answer = browser.without_token().ask("POST", "/signup", &FORM, form(&fields)).await;
        assert_eq!(answer.header("location"), "/signup/sent");
        assert_eq!(users::search(&db, "ada", users::Filter::All, Default::default(), 1).await.unwrap().total, 1);
    }
}

// These store session data.
on_both_databases! {
    async fn an_outdated_form_keeps_its_input(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/account").await;
        ada.token = Some("of yesterday".into());
        assert_eq!(ada.post("/account", &[("name", "A name that took me long"), ("password", "secret-word")]).await, 403);
        assert!(ada.page.contains("Back to the form") && ada.page.contains("href=\"/account\""), "{}", ada.page);
        ada.get("/account").await;
        assert!(ada.page.contains("A name that took me long") && !ada.page.contains("secret-word"));
        assert_eq!(token_of(&ada.page), ada.token);
        ada.get("/account").await;
        assert!(!ada.page.contains("A name that took me long"), "shown once");
    }

    async fn a_form_left_open_overnight_is_restored_after_the_log_in(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/account").await;
        db.clock().advance(std::time::Duration::from_secs(12 * 3600));
        ada.post("/account", &[("name", "A name for tomorrow")]).await;
        assert_eq!(ada.path, "/login");
        assert!(ada.page.contains("You were logged out. You were away for too long."), "{}", ada.page);
        assert!(!ada.page.contains("A name for tomorrow"));
        ada.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(ada.path, "/account");
        assert!(ada.page.contains("A name for tomorrow"));
    }

    async fn anonymous_visitors_can_store_little(db: TestDb) {
        let anonymous = Browser::at(site(&db, &[]));
        let names: Vec<String> = (0..200).map(|number| format!("{number}{}", "n".repeat(1_000))).collect();
        let long_names: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        let short: Vec<String> = (0..200).map(|number| format!("field{number}")).collect();
        let value = "v".repeat(1_000);
        let long_values: Vec<(&str, &str)> = short.iter().map(|name| (name.as_str(), value.as_str())).collect();
        let far = format!("http://localhost/{}", "p".repeat(50_000));
        for fields in [long_names, long_values] {
            for (path, page) in [("/login", "http://localhost/login"), ("/account", "http://localhost/account"), ("/login", far.as_str())] {
                let headers = [&FORM[..], &[("host", "localhost"), ("referer", page)]].concat();
                let answer = anonymous.ask("POST", path, &headers, form(&fields)).await;
                assert!([303, 403].contains(&answer.status), "{path} answered {}", answer.status);
            }
        }
        anonymous.ask("GET", &format!("/dashboard?{}", "q".repeat(50_000)), &FORM, "").await;
        let sizes = tables::lines(&db, "select cast(length(data) as text) from tower_sessions").await;
        assert!(!sizes.is_empty());
        assert!(sizes.iter().all(|size| size.parse::<u32>().unwrap() < 4_000), "{sizes:?}");
    }

    async fn input_of_an_anonymous_form_is_dropped_at_log_in(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        browser.post("/logout", &[]).await;
        browser.path = "/account/email".into();
        browser.token = Some("none".into());
        browser.post("/account/email", &[("email", "eve@example.com")]).await; // an earlier visitor of this browser
        assert_eq!(browser.path, "/login");
        browser.log_in("ada@example.com", PASSWORD).await;
        browser.get("/account/email").await;
        assert!(browser.page.contains("ada@example.com") && !browser.page.contains("eve@example.com"));
    }
}
