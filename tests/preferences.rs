//! What a browser prefers: theme and time zone.

use crate::browser::{Browser, FORM, form, site, tables};
use server::{on_both_databases, on_sqlite};
use ui::brand::{THEME_COOKIE, TIME_ZONE_COOKIE};

const HTML: [(&str, &str); 1] = [("accept", "text/html")];

async fn page_with_cookie(browser: &Browser, path: &str, cookie: &str) -> String {
    browser.ask("GET", path, &[("accept", "text/html"), ("cookie", cookie)], "").await.body
}

async fn set_theme(browser: &Browser, theme: &str, referer: &str) -> (u16, String, String) {
    let headers = [&FORM[..], &[("host", "localhost"), ("referer", referer)]].concat();
    let answer = browser.ask("POST", "/theme", &headers, form(&[("theme", theme)])).await;
    (answer.status, answer.header("location").to_owned(), answer.header("set-cookie").to_owned())
}

on_sqlite! {
    async fn a_theme_is_kept_in_a_cookie_and_the_user_returns_to_the_page(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        for theme in ["light", "dark", "system"] {
            let (status, to, cookie) = set_theme(&browser, theme, "http://localhost/terms?a=b").await;
            assert_eq!((status, to.as_str()), (303, "/terms?a=b"));
            assert_eq!(cookie, format!("{THEME_COOKIE}={theme}; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"));
        }
        assert_eq!(tables::lines(&db, "select id from tower_sessions").await, [""; 0], "it needs no session");
    }

    async fn a_script_sets_the_theme_without_leaving_its_page(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        let headers = [("accept", "*/*"), FORM[1], FORM[2]];
        let answer = browser.ask("POST", "/theme", &headers, form(&[("theme", "dark")])).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.header("set-cookie").starts_with(&format!("{THEME_COOKIE}=dark;")));
    }

    async fn every_page_has_the_theme_of_the_cookie_also_an_error_page(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        for path in ["/", "/login", "/nowhere"] {
            for (cookie, expected) in [
                ("=dark", "<html lang=\"en\" data-theme=\"dark\">"),
                ("=light; c=d", "<html lang=\"en\" data-theme=\"light\">"),
                ("=system", "<html lang=\"en\">"),
                ("=\"><script>", "<html lang=\"en\">"),
                ("", "<html lang=\"en\">"),
            ] {
                let page = page_with_cookie(&browser, path, &format!("a=b; {THEME_COOKIE}{cookie}")).await;
                assert!(page.contains(expected), "{path} with {cookie}: {page:.200}");
            }
        }
    }

    async fn an_unknown_theme_is_refused_and_a_foreign_page_is_not_returned_to(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        for theme in ["", "blue", "dark; Domain=example.com", "dark\r\nx: y"] {
            let (status, _, cookie) = set_theme(&browser, theme, "http://localhost/").await;
            assert_eq!((status, cookie.as_str()), (422, ""), "{theme:?}");
        }
        for referer in ["https://evil.example.com/terms", "http://localhost//evil.example.com", "nonsense"] {
            assert_eq!(set_theme(&browser, "dark", referer).await.1, "/", "{referer}");
        }
    }
}

on_both_databases! {
    async fn times_are_in_the_zone_of_the_user_or_else_of_the_browser(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let title = async |ada: &Browser, cookie: &str| {
            let page = page_with_cookie(ada, "/account", cookie).await;
            page.split("<time").nth(1).and_then(|time| time.split(" title=\"").nth(1)).and_then(|rest| Some(rest.split('"').next()?.to_owned())).unwrap()
        };
        assert!(title(&ada, "").await.ends_with(" UTC"));
        for (zone, expected) in [
            ("Asia/Tokyo", " JST"),
            ("Etc/GMT+5", " -05"),
            ("Nowhere/None", " UTC"),
            ("../../etc/passwd", " UTC"),
            ("", " UTC"),
        ] {
            assert!(title(&ada, &format!("{TIME_ZONE_COOKIE}={zone}")).await.ends_with(expected), "{zone}");
        }
        ada.post("/account", &[("name", "Ada"), ("time_zone", "America/Phoenix")]).await;
        assert!(title(&ada, &format!("{TIME_ZONE_COOKIE}=Asia/Tokyo")).await.ends_with(" MST"));
        let page = page_with_cookie(&ada, "/account", &format!("{TIME_ZONE_COOKIE}=Asia/Tokyo")).await;
        assert!(page.contains("Same as the browser (Asia/Tokyo)"), "{page}");
        ada.post("/account", &[("name", "Ada Lovelace")]).await;
        assert!(title(&ada, "").await.ends_with(" MST"), "a form without the field changes nothing");
        ada.post("/account", &[("name", "Ada"), ("time_zone", "browser")]).await;
        assert!(title(&ada, "").await.ends_with(" UTC"));
    }

    async fn a_time_zone_that_is_not_in_the_list_is_refused_and_nothing_is_saved(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        for zone in ["Nowhere/None", "europe/paris", "US/Eastern", "../../etc/passwd", "<b>", &"x".repeat(500)] {
            ada.post("/account", &[("name", "Changed"), ("time_zone", zone)]).await;
            assert!(ada.page.contains("Please choose a time zone from the list."), "{zone}");
        }
        assert!(!tables::lines(&db, "select name from users").await.contains(&"Changed".to_owned()));
    }
}

on_sqlite! {
    async fn an_error_page_offers_what_fits_the_user(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        ada.get("/session/none").await;
        assert!(ada.page.contains("Page not found") && ada.page.contains("aria-label=\"Main\""), "{}", ada.page);
        ada.get("/admin").await;
        assert!(!ada.page.contains("href=\"/login\""), "{}", ada.page);
        let visitor = Browser::at(site(&db, &[])).ask("GET", "/nowhere", &HTML, "").await;
        assert!(!visitor.body.contains("aria-label=\"Main\""), "a visitor has no links of users");
    }
}
