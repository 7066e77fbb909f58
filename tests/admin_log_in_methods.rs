//! Admins see the accounts at providers with which a user logs in.

use crate::browser::{Browser, tables};
use crate::issuer::Issuer;
use serde_json::json;
use server::on_both_databases;
use server::testing::TestDb;

const HEADING: &str = ">Log-in methods<";

async fn admin(issuer: &Issuer, db: &TestDb) -> Browser {
    let mut admin = Browser::at(issuer.site(db, &[]));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    admin
}

async fn page_of(db: &TestDb, email: &str) -> String {
    let find = format!("select '/admin/users/' || id from users where email = '{email}'");
    tables::lines(db, &find).await.remove(0)
}

on_both_databases! {
    async fn an_admin_sees_the_linked_accounts_of_a_user_and_cannot_unlink_them(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.sign_on(&mut ada).await;
        tables::write(&db, "update identities set email = 'lovelace@corp.example', created_at = 0, last_used_at = 86400000").await;
        let mut admin = admin(&issuer, &db).await;
        admin.get(&page_of(&db, "ada@example.com").await).await;
        let (_, card) = admin.page.split_once(HEADING).unwrap_or_else(|| panic!("{}", admin.page));
        let card = card.split("</section>").next().unwrap();
        for part in ["Corp", "lovelace@corp.example", "1970-01-01T", "1970-01-02T"] {
            assert!(card.contains(part), "{part}: {card}");
        }
        assert!(!card.contains("<form") && !card.contains("ada at corp"), "{card}");
        admin.get(&page_of(&db, "admin@example.com").await).await;
        assert!(admin.page.contains("No linked account") && !admin.page.contains("lovelace"), "{}", admin.page);
    }

    async fn a_provider_that_was_removed_from_the_settings_is_named_by_its_address(db: TestDb) {
        let (issuer, other) = (Issuer::open().await, Issuer::open().await);
        let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.says(json!({ "email_verified": true }));
        issuer.sign_on(&mut ada).await;
        let mut admin = admin(&other, &db).await;
        admin.get(&page_of(&db, "ada@example.com").await).await;
        assert!(admin.page.contains(HEADING) && admin.page.contains(&issuer.url), "{}", admin.page);
    }

    async fn without_single_sign_on_the_page_of_a_user_reads_no_identities(db: TestDb) {
        let mut admin = Browser::at(crate::browser::site(&db, &[("OIDC_PROVIDERS", "")]));
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        tables::write(&db, "alter table identities rename to hidden").await;
        assert_eq!(admin.get(&page_of(&db, "admin@example.com").await).await, 200);
        assert!(!admin.page.contains(HEADING), "{}", admin.page);
    }
}
