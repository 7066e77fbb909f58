//! A copy of the database gives an attacker no session: no value in it can be made into a valid cookie.

use crate::browser::{Browser, SCRIPT, site, tables};
use program::cookie::SessionCookieCodec;
use server::config::for_tests::SECRETS;
use server::visitor::SessionCookie;
use server::{Config, Db, on_both_databases};
use std::collections::BTreeSet;

/// Every value of every table, and every word in it.
async fn values(db: &Db) -> BTreeSet<String> {
    let is_end = |c: char| !c.is_alphanumeric() && c != '-' && c != '_';
    let rows = tables::dump(db).await;
    let words = rows.iter().flat_map(|row| row.split(is_end));
    words.filter(|value| value.len() > 8).map(str::to_owned).collect()
}

on_both_databases! {
    async fn a_dump_of_all_tables_makes_no_cookie_that_is_accepted(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let name = ada.cookie.as_ref().unwrap().split('=').next().unwrap().to_owned();
        let dump = values(&db).await;
        assert!(dump.len() > 5, "{dump:?}");
        // The session id is among them: it is worth nothing without the signature.
        let guessed = SessionCookieCodec::new(&Config::for_tests(&[("SESSION_SECRET", SECRETS[1])]));
        let mut tried = 0;
        for value in &dump {
            let session_cookie = SessionCookie { id: value.clone(), has_pending: false, had_login: true, max_age: None };
            let signed = guessed.write(&session_cookie).split(';').next().unwrap().to_owned();
            let signature = "A".repeat(43);
            for cookie in [format!("{name}={value}"), format!("{name}={value}.known"), format!("{name}={signature}={value}.known"), signed] {
                let asking = Browser { cookie: Some(cookie), ..Browser::at(ada.site.clone()) };
                assert_eq!(asking.ask("GET", "/account", &SCRIPT, "").await.status, 401, "{value}");
                tried += 1;
            }
        }
        assert!(tried > 20 && ada.is_logged_in().await);
        let id = tables::lines(&db, "select id from tower_sessions").await.remove(0);
        assert!(dump.contains(&id), "the session id in the dump");
    }
}
