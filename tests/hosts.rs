//! The host name of a request: only the product's own are served, so that no foreign page reads what this machine serves.

use crate::browser::{Browser, FORM, form, site};
use server::on_sqlite;

const PRODUCTION: [(&str, &str); 4] = [
    ("APP_ENV", "production"),
    ("PUBLIC_URL", "https://app.example.com"),
    ("TRUSTED_PROXIES", "none"),
    ("ALLOWED_HOSTS", "www.example.com, Shop.Example.com"),
];

async fn status(browser: &Browser, method: &str, path: &str, host: &str) -> u16 {
    let headers = [&FORM[..], &[("host", host)]].concat();
    let body = if method == "POST" { form(&[("email", "a@example.com")]) } else { String::new() };
    browser.ask(method, path, &headers, body).await.status
}

on_sqlite! {
    async fn a_foreign_host_name_gets_no_page_no_form_and_no_file(db: TestDb) {
        for (settings, foreign) in [
            (&[][..], &["evil.example", "evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", "app.example.com", ""][..]),
            (&PRODUCTION[..], &["evil.example", "localhost", "127.0.0.1", "[::1]", "example.com", "app.example.com.evil.example", "a@b"][..]),
        ] {
            let browser = Browser::at(site(&db, settings));
            for host in foreign {
                for (method, path) in [("GET", "/"), ("GET", "/login"), ("POST", "/login"), ("GET", "/dev/mailbox"), ("GET", "/favicon.svg")] {
                    assert_eq!(status(&browser, method, path, host).await, 421, "{method} {path} of {host:?}");
                }
            }
        }
    }

    async fn the_hosts_of_the_product_are_served(db: TestDb) {
        for (settings, own) in [
            (&[][..], &["localhost", "localhost:3000", "LOCALHOST", "app.localhost", "127.0.0.1:3000", "192.168.1.7", "[::1]:3000"][..]),
            (&PRODUCTION[..], &["app.example.com", "APP.example.com:443", "app.example.com.", "www.example.com", "shop.example.com"][..]),
        ] {
            let browser = Browser::at(site(&db, settings));
            for host in own {
                assert_eq!(status(&browser, "GET", "/login", host).await, 200, "{host}");
            }
        }
    }

    async fn a_health_check_by_address_is_answered(db: TestDb) {
        let browser = Browser::at(site(&db, &PRODUCTION));
        for path in ["/health", "/ready"] {
            assert_eq!(status(&browser, "GET", path, "10.0.0.7:3000").await, 200, "{path}");
        }
    }
}
