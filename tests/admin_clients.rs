//! The lists of sessions for admins say which session belongs to an API client.

use crate::browser::clients::Client;
use crate::browser::{Browser, site, tables};
use server::on_both_databases;

const LABEL: &str = ">API client<";

on_both_databases! {
    async fn the_lists_of_sessions_say_which_one_is_an_api_client(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        Client::log_in(&ada.site, "ada@example.com").await;
        let client = tables::lines(&db, "select session_id from token_pairs").await.remove(0);
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
