//! A row that is still there is not enough: each use of a token looks at the user and at the end of the session.

use crate::browser::clients::Client;
use crate::browser::{Browser, site, tables};
use server::on_both_databases;

const ADA: &str = "ada@example.com";

on_both_databases! {
    async fn no_token_works_while_its_user_is_disabled_or_after_its_session_expired(db: TestDb) {
        for kind in ["opaque", "signed"] {
            let db = db.another().await;
            let site = site(&db, &[("API_CLIENT_TOKENS", kind)]);
            Browser::at(site.clone()).sign_up(ADA).await;
            let client = Client::log_in(&site, ADA).await;
            for (ends, undone) in [
                ("update users set disabled_at = 1", "update users set disabled_at = null"),
                ("update sessions set expires_at = expires_at - 7776000000", "update sessions set expires_at = expires_at + 7776000000"),
            ] {
                tables::write(&db, ends).await;
                assert!(!client.is_logged_in().await, "{kind}: {ends}");
                assert!(client.refreshed().await.is_none(), "{kind}: {ends}");
                tables::write(&db, undone).await;
                assert!(client.is_logged_in().await, "{kind}: it was nothing else");
            }
            assert!(client.refreshed().await.is_some(), "{kind}: the refused ones used nothing up");
        }
    }
}
