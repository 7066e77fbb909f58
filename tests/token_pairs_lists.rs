//! The lists of sessions, of the user and for admins, say which one belongs to an API client.

use crate::browser::clients::Client;
use crate::browser::{Browser, FORM, site, tables};
use leptos::serde_json::{self, Value};
use server::on_both_databases;
use server::testing::TestDb;

const LABEL: &str = ">API client<";

/// A user at a browser, and the id of the session of her API client.
async fn with_client(db: &TestDb) -> (Browser, String) {
    let mut ada = Browser::at(site(db, &[]));
    ada.sign_up("ada@example.com").await;
    Client::log_in(&ada.site, "ada@example.com").await;
    let client = tables::lines(db, "select session_id from token_pairs").await.remove(0);
    (ada, client)
}

async fn exported_sessions(browser: &Browser) -> Vec<Value> {
    let answer = browser.ask("POST", "/account/export", &FORM, "").await;
    let json: Value =
        serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body));
    json["sessions"].as_array().cloned().unwrap_or_default()
}

on_both_databases! {
    async fn the_list_of_devices_and_the_export_say_which_session_is_an_api_client(db: TestDb) {
        let (mut ada, client) = with_client(&db).await;
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

    async fn the_lists_of_sessions_for_admins_say_which_one_is_an_api_client(db: TestDb) {
        let (mut ada, client) = with_client(&db).await;
        let user = tables::lines(&db, "select id from users").await.remove(0);
        let mut admin = Browser::at(site(&db, &[]));
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        for (path, sessions) in [("/admin/sessions".to_owned(), 3), (format!("/admin/users/{user}"), 2)] {
            admin.get(&path).await;
            let rows: Vec<_> = admin.page.split("data-row=\"").skip(1).collect();
            let labelled: Vec<_> = rows.iter().filter(|row| row.contains(LABEL)).collect();
            assert_eq!((rows.len(), labelled.len()), (sessions, 1), "{path}: {}", admin.page);
            assert!(labelled[0].starts_with(&client), "{path}: {}", admin.page);
        }
        ada.post("/account/devices/end", &[("id", &client)]).await;
        admin.get("/admin/sessions?show=ended").await;
        assert!(admin.page.contains("ended from another device") && !admin.page.contains(LABEL), "it is unknown then");
    }
}
