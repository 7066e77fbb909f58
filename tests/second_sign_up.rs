//! A sign-up that is sent again from another browser or with another body: the same address and password within ten
//! minutes is the same person.

use crate::browser::{Browser, PASSWORD, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::accounts::{NewUser, sign_up};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const OTHER: &str = "quiet-anchor-1815";

async fn post(db: &TestDb, fields: &[(&str, &str)]) -> String {
    let mut browser = Browser::at(site(db, &[]));
    assert_eq!(browser.post("/signup", fields).await, 200);
    assert!(
        browser.path == "/signup/sent" && browser.page.contains("We sent an email to"),
        "{}",
        browser.page
    );
    browser.page.split("We sent an email to").nth(1).unwrap().split("</p>").next().unwrap().to_owned()
}

/// The kinds of queued emails.
async fn kinds(db: &TestDb) -> Vec<String> {
    let kind = "select case when arguments like '%has-account%' then 'has account' else 'verify' end from jobs order by id";
    tables::lines(db, kind).await
}

on_both_databases! {
    async fn a_second_press_with_the_same_password_sends_no_second_email(db: TestDb) {
        let mut answers = Vec::new();
        for (name, email) in [("Ada", ADA), ("Ada", ADA), ("Ada Lovelace", ADA), ("Ada", "ADA@Example.com"), ("Ada", " ada@example.com ")] {
            answers.push(post(&db, &[("name", name), ("email", email), ("password", PASSWORD)]).await);
        }
        assert_eq!(kinds(&db).await, ["verify"]);
        assert_eq!(answers[0], answers[1], "the same answer");
        db.clock().advance(Duration::from_secs(9 * 60));
        post(&db, &[("name", "Ada"), ("email", ADA), ("password", PASSWORD)]).await;
        assert_eq!(kinds(&db).await, ["verify"]);
    }

    async fn two_presses_at_once_in_two_browsers_send_one_email(db: TestDb) {
        for round in 0..5 {
            let email = format!("{round}@example.com");
            let fields = [("name", "Ada"), ("email", email.as_str()), ("password", PASSWORD)];
            tokio::join!(post(&db, &fields), post(&db, &fields), post(&db, &fields));
            assert_eq!(kinds(&db).await.len(), round + 1);
        }
        assert!(kinds(&db).await.iter().all(|kind| kind == "verify"));
    }

    async fn another_password_or_a_later_time_tells_the_owner(db: TestDb) {
        post(&db, &[("name", "Ada"), ("email", ADA), ("password", PASSWORD)]).await;
        post(&db, &[("name", "Eve"), ("email", ADA), ("password", OTHER)]).await;
        assert_eq!(kinds(&db).await, ["verify", "has account"]);
        db.clock().advance(Duration::from_secs(10 * 60));
        post(&db, &[("name", "Ada"), ("email", ADA), ("password", PASSWORD)]).await;
        assert_eq!(kinds(&db).await, ["verify", "has account", "has account"]);
        let smtp = FakeSmtp::open().await;
        smtp.deliver(&db).await;
        assert!(smtp.last_to(ADA).subject.starts_with("You already have an account"));
    }

    async fn a_sign_up_for_an_account_without_a_password_is_no_second_press(db: TestDb) {
        let typed = NewUser { email: ADA, name: "Ada", password: PASSWORD };
        sign_up(&db, typed).await.unwrap();
        tables::write(&db, "update users set password_hash = ''").await;
        sign_up(&db, typed).await.unwrap();
        assert_eq!(kinds(&db).await, ["verify", "has account"]);
    }
}
