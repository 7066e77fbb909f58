//! Which queued emails get a link, and which names they contain: decided when they are sent.

use crate::people::{PASSWORD, person};
use server::accounts::NewUser;
use server::config::for_tests::SECRETS;
use server::emails::{self, Email, Recipient};
use server::jobs::{self, Job};
use server::keys::Keys;
use server::testing::refusal;
use server::users;
use server::{Config, Db, Refusal, User, accounts, on_both_databases};
use std::time::Duration;

const OTHER: &str = "quiet-anchor-1815";

fn keys() -> Keys {
    Config::for_tests(&[("SESSION_SECRET", SECRETS[0])]).session_keys
}

/// The waiting jobs, all claimed.
async fn claimed(db: &Db) -> Vec<Job> {
    let mut jobs = Vec::new();
    while let Some(job) = jobs::claim(db).await.unwrap() {
        jobs.push(job);
    }
    jobs
}

/// The email that a worker with this job would send.
async fn sent(db: &Db, job: &Job) -> Option<Recipient> {
    let message: &Email = &job.arguments().expect("an email");
    emails::prepare(db, &keys(), job, message).await.unwrap()
}

/// A user with a confirmed address, whose first email was sent.
async fn ada(db: &Db) -> User {
    let ada = person(db, "ada@example.com").await;
    accounts::mark_verified(db, &ada).await.unwrap();
    for job in claimed(db).await {
        jobs::complete(db, &job).await.unwrap();
    }
    db.clock().advance(Duration::from_secs(1));
    users::find(db, &ada.id).await.unwrap().unwrap()
}

on_both_databases! {
    async fn a_used_link_is_not_created_again_by_a_slow_worker(db: TestDb) {
        let ada = ada(&db).await;
        accounts::request_email_change(&db, &ada, "lovelace@example.com").await.unwrap();
        let job = claimed(&db).await.remove(0);
        let secret = sent(&db, &job).await.unwrap().token;
        accounts::confirm_email(&db, "", &secret, &ada, None).await.unwrap();
        assert!(sent(&db, &job).await.is_none());
        assert_eq!(refusal(accounts::confirm_email(&db, "", &secret, &ada, None).await), Refusal::LinkOutOfDate);
    }

    async fn an_email_queued_before_another_address_was_confirmed_is_not_sent(db: TestDb) {
        let ada = ada(&db).await;
        for email in ["mistyped@example.com", "lovelace@example.com"] {
            accounts::request_email_change(&db, &ada, email).await.unwrap();
            db.clock().advance(Duration::from_secs(1));
        }
        let mut jobs = claimed(&db).await;
        jobs.retain(|job| matches!(job.arguments(), Some(Email::NewEmail { .. })));
        let secret = sent(&db, &jobs[1]).await.unwrap().token;
        accounts::confirm_email(&db, "", &secret, &ada, None).await.unwrap();
        assert!(sent(&db, &jobs[0]).await.is_none());
    }

    async fn emails_to_an_unconfirmed_address_contain_no_typed_text(db: TestDb) {
        let evil = NewUser { email: "victim@example.com", name: "Win at evil.example", password: PASSWORD };
        accounts::sign_up(&db, evil).await.unwrap();
        accounts::sign_up(&db, NewUser { password: OTHER, ..evil }).await.unwrap();
        let eve = users::with_email(&db, "victim@example.com").await.unwrap().unwrap();
        emails::enqueue(&db, Email::Reset { email: eve.email.clone() }).await.unwrap();
        accounts::mark_verified(&db, &eve).await.unwrap();
        accounts::request_email_change(&db, &eve, "other@example.com").await.unwrap();
        let mut names = Vec::new();
        for job in claimed(&db).await {
            names.extend(sent(&db, &job).await.map(|to| (to.email, to.name)));
        }
        assert!(names.contains(&("other@example.com".into(), String::new())), "{names:?}");
        // An email to a confirmed address may greet its owner.
        assert!(names.iter().all(|(email, name)| name.is_empty() || email == "victim@example.com"), "{names:?}");
    }

    async fn an_email_to_an_unconfirmed_address_contains_no_name(db: TestDb) {
        let evil = NewUser { email: "victim@example.com", name: "Win at evil.example", password: PASSWORD };
        accounts::sign_up(&db, evil).await.unwrap();
        accounts::sign_up(&db, NewUser { password: OTHER, ..evil }).await.unwrap();
        emails::enqueue(&db, Email::Reset { email: "victim@example.com".into() }).await.unwrap();
        let mut names = Vec::new();
        for job in claimed(&db).await {
            names.extend(sent(&db, &job).await.map(|to| to.name));
        }
        assert_eq!(names, ["", "", ""]);
    }
}
