//! An answer of one provider must not count as one of another (RFC 9207).

use crate::browser::Browser;
use crate::issuer::Issuer;
use server::on_both_databases;

on_both_databases! {
    async fn an_answer_that_names_another_issuer_is_refused(db: TestDb) {
        let issuer = Issuer::open().await;
        for (named, page) in [("https://other.example.com", "/login?failed=invalid"), (issuer.url.as_str(), "/dashboard")] {
            let mut browser = Browser::with_form(issuer.site(&db, &[])).await;
            let callback = issuer.leave(&mut browser, "/login/with").await;
            browser.get(&format!("{callback}&iss={named}")).await;
            assert_eq!(browser.path, page, "{named}");
            assert_eq!(browser.is_logged_in().await, page == "/dashboard", "{named}");
        }
    }
}
