//! Unconfirmed and undeliverable addresses on the pages of admins.

use crate::browser::{Browser, site, tables};
use crate::fake_smtp::{Behavior, FakeSmtp};
use server::on_both_databases;

on_both_databases! {
    async fn an_admin_finds_unconfirmed_and_undeliverable_addresses(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut admin = Browser::at(site(&db, &[]));
        admin.sign_up("admin@example.com").await;
        admin.become_admin(&db, "admin@example.com").await;
        for email in ["confirmed@example.com", "open@example.com"] {
            Browser::at(site(&db, &[])).sign_up(email).await;
        }
        smtp.deliver(&db).await;
        tables::write(&db, "update users set email_verified_at = 1 where email not like 'open%'").await;
        Browser::at(site(&db, &[])).sign_up("bounces@example.com").await;
        smtp.set(Behavior::Unknown);
        smtp.deliver(&db).await;
        admin.get("/admin").await;
        assert!(admin.page.contains("href=\"/admin/users?show=undeliverable\""), "{}", admin.page);
        let count = admin.first_between("href=\"/admin/users?show=undeliverable\"", "</a>", |_| true);
        assert!(count.contains(">1<"), "{count}");
        let failed = admin.first_between("href=\"/admin/jobs?show=failed\" ", "</a>", |_| true);
        assert!(failed.contains(">1<"), "{failed}");
        for (show, listed) in [
            ("", &["admin@", "confirmed@", "open@", "bounces@"][..]),
            ("unconfirmed", &["open@", "bounces@"]),
            ("undeliverable", &["bounces@"]),
            ("nonsense", &["admin@", "confirmed@", "open@", "bounces@"]),
        ] {
            admin.get(&format!("/admin/users?show={show}")).await;
            let rows = admin.page.split("<tbody").nth(1).unwrap().split("</tbody>").next().unwrap();
            for email in ["admin@", "confirmed@", "open@", "bounces@"] {
                assert_eq!(rows.contains(email), listed.contains(&email), "{show}: {email}");
            }
        }
        admin.get("/admin/users?show=undeliverable&q=confirmed").await;
        assert!(admin.page.contains("No users found"), "{}", admin.page);
        admin.get("/admin/users?q=bounces").await;
        assert!(admin.page.contains(">Unconfirmed</span>") && admin.page.contains(">Undeliverable</span>"), "{}", admin.page);
        admin.get("/admin/users?q=confirmed%40").await;
        assert!(!admin.page.contains(">Unconfirmed</span>"), "{}", admin.page);
    }
}
