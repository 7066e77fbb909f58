//! The session or the account changes during a callback, while the program waits for the tokens of the provider.

use crate::browser::{Browser, PASSWORD, for_each_case, tables};
use crate::issuer::Issuer;
use server::on_both_databases;
use server::testing::TestDb;

const ADA: &str = "ada@example.com";
const METHODS: &str = "/account/sign-in-methods";
const LINK: &str = "/account/sign-in-methods/link";
const LINK_FAILED: &str = "/account/sign-in-methods?failed=changed";
const CHANGED: &str = "Your account changed, or you were logged out, before this was done.";

/// A user with a password and a confirmed address.
async fn ada(issuer: &Issuer, db: &TestDb) -> Browser {
    let mut ada = Browser::at(issuer.site(db, &[]));
    ada.sign_up(ADA).await;
    tables::write(db, "update users set email_verified_at = created_at").await;
    ada.get(METHODS).await;
    ada
}

/// Opens the callback in a tab, and changes something while it is in flight. Returns where the tab is sent.
async fn destination(
    issuer: &Issuer,
    tab: &Browser,
    callback: &str,
    meanwhile: impl Future<Output = ()>,
) -> String {
    let answer = issuer.during(tab.ask("GET", callback, &[("accept", "text/html")], ""), meanwhile).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

async fn assert_not_linked(db: &TestDb) {
    assert_eq!(tables::lines(db, "select email from identities").await, [""; 0]);
}

on_both_databases! {
    async fn a_link_is_refused_if_the_session_gets_a_new_id_meanwhile(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = ada(&issuer, &db).await;
        let callback = issuer.leave(&mut ada, LINK).await;
        let tab = ada.without_token();
        let confirm = async {
            ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        };
        assert_eq!(destination(&issuer, &tab, &callback, confirm).await, LINK_FAILED);
        ada.get(LINK_FAILED).await;
        assert!(ada.path == LINK_FAILED && ada.page.contains(CHANGED), "{}: {}", ada.path, ada.page);
        assert_not_linked(&db).await;
    }

    async fn a_link_is_refused_after_a_log_out_meanwhile_and_the_next_log_in_shows_why(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = ada(&issuer, &db).await;
        let callback = issuer.leave(&mut ada, LINK).await;
        let tab = ada.without_token();
        let log_out = async {
            ada.post("/logout", &[]).await;
        };
        assert_eq!(destination(&issuer, &tab, &callback, log_out).await, LINK_FAILED);
        ada.get(LINK_FAILED).await;
        assert_eq!(ada.path, "/login");
        ada.log_in(ADA, PASSWORD).await;
        assert!(ada.path == LINK_FAILED && ada.page.contains(CHANGED), "{}: {}", ada.path, ada.page);
        assert_not_linked(&db).await;
    }

    async fn a_confirmation_is_refused_after_a_log_out_meanwhile_and_the_next_log_in_shows_why(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.sign_on(&mut ada).await;
        let callback = issuer.leave(&mut ada, "/reauthenticate/with").await;
        let tab = ada.without_token();
        let log_out = async {
            ada.post("/logout", &[]).await;
        };
        let failed = "/reauthenticate?failed=changed";
        assert_eq!(destination(&issuer, &tab, &callback, log_out).await, failed);
        ada.get(failed).await;
        assert_eq!(ada.path, "/login");
        issuer.sign_on(&mut ada).await;
        assert!(ada.path == failed && ada.page.contains(CHANGED), "{}: {}", ada.path, ada.page);
    }

    async fn a_link_is_refused_if_the_account_is_disabled_or_gets_another_password_meanwhile(db: TestDb) {
        let changes = ["disabled_at = 1", "password_changed_at = password_changed_at + 1"];
        for_each_case(&db, changes, async |db, change| {
            let issuer = Issuer::open().await;
            let mut ada = ada(&issuer, &db).await;
            // A callback with a page to return to reads the log-in before it asks for tokens.
            tables::write(&db, "update sessions set authenticated_at = 0").await;
            ada.get("/account/delete").await;
            assert_eq!(ada.path, "/reauthenticate");
            tables::write(&db, "update sessions set authenticated_at = created_at").await;
            let callback = issuer.leave(&mut ada, LINK).await;
            let update = format!("update users set {change}");
            let to = destination(&issuer, &ada, &callback, tables::write(&db, &update)).await;
            assert_eq!(to, LINK_FAILED, "{change}");
            assert_not_linked(&db).await;
        }).await;
    }
}
