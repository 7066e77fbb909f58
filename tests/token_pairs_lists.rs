//! The user's own lists say which session belongs to an API client.

use crate::browser::clients::Client;
use crate::browser::{Browser, FORM, site, tables};
use leptos::serde_json::{self, Value};
use server::on_both_databases;

const LABEL: &str = ">API client<";

async fn exported_sessions(browser: &Browser) -> Vec<Value> {
    let answer = browser.ask("POST", "/account/export", &FORM, "").await;
    let json: Value =
        serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body));
    json["sessions"].as_array().cloned().unwrap_or_default()
}

on_both_databases! {
    async fn the_list_of_devices_and_the_export_say_which_session_is_an_api_client(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        Client::log_in(&ada.site, "ada@example.com").await;
        let client = tables::lines(&db, "select session_id from token_pairs").await.remove(0);
        ada.get("/account/devices").await;
        let labelled = |row: &&str| row.contains(LABEL);
        let rows: Vec<_> = ada.page.split("data-row=\"").skip(1).collect();
        assert_eq!((rows.len(), rows.iter().filter(|row| labelled(row)).count()), (2, 1), "{}", ada.page);
        assert!(rows.into_iter().find(labelled).is_some_and(|row| row.starts_with(&client)), "{}", ada.page);
        let sessions = exported_sessions(&ada).await;
        assert_eq!(sessions.len(), 2);
        for session in sessions {
            let expected = if session["id"] == client { Some(&Value::Bool(true)) } else { None };
            assert_eq!(session.get("is_api_client"), expected, "{session}");
        }
    }

    async fn without_token_pairs_no_list_mentions_api_clients(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[("API_CLIENT_TOKENS", "off")]));
        ada.sign_up("ada@example.com").await;
        ada.get("/account/devices").await;
        assert!(ada.page.contains("data-row=") && !ada.page.contains(LABEL), "{}", ada.page);
        let sessions = exported_sessions(&ada).await;
        assert!(sessions.len() == 1 && sessions[0].get("is_api_client").is_none(), "{sessions:?}");
    }
}
