//! Requests with the address of another user: they neither block emails to the owner nor reveal whether there is an
//! account.

use crate::browser::{Browser, PASSWORD, site};
use crate::fake_smtp::FakeSmtp;
use server::accounts::NewUser;
use server::on_both_databases;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const NEW: &str = "quiet-anchor-1815";

on_both_databases! {
    async fn repeated_sign_ups_with_an_address_block_no_email_to_its_owner(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        Browser::at(site(&db, &[])).sign_up(ADA).await;
        let mut eve = Browser::at(site(&db, &[]));
        for _ in 0..10 {
            eve.post("/signup", &[("name", "Eve"), ("email", ADA), ("password", NEW)]).await;
            smtp.deliver(&db).await;
            db.clock().advance(Duration::from_secs(61));
        }
        let sent = smtp.emails().iter().filter(|email| email.subject.starts_with("You already have an account at")).count();
        assert!((5..=6).contains(&sent), "{sent}");
        let mut owner = Browser::at(site(&db, &[]));
        owner.post("/forgot", &[("email", ADA)]).await;
        smtp.deliver(&db).await;
        assert!(smtp.last_to(ADA).path().starts_with("/reset?"), "{}", owner.page);
    }

    async fn an_email_change_does_not_reveal_whether_an_address_is_taken(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut eve = Browser::at(site(&db, &[]));
        eve.sign_up(ADA).await;
        let typed = NewUser { email: "known@example.com", name: "Bea", password: PASSWORD };
        server::accounts::sign_up(&db, typed).await.unwrap();
        let mut answers = Vec::new();
        for email in ["known@example.com", "free@example.com"] {
            eve.post("/account/email", &[("email", email)]).await;
            smtp.deliver(&db).await;
            let mut anonymous = Browser::at(site(&db, &[]));
            let mut statuses = Vec::new();
            for _ in 0..6 {
                statuses.push(anonymous.post("/forgot", &[("email", email)]).await);
                smtp.deliver(&db).await;
            }
            answers.push(statuses);
        }
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0].contains(&429), "{answers:?}");
    }
}
