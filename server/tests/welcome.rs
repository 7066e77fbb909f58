//! The email with first steps, after the address of a new account is confirmed.

use crate::people::{PASSWORD, person};
use server::emails::{self, Email};
use server::jobs;
use server::{Config, Db, User, accounts, on_both_databases, users};
use std::time::Duration;

const ADA: &str = "ada@example.com";

/// The email that a worker would send next, with the name and the secret in it.
async fn next(db: &Db) -> Option<(Email, String, String)> {
    let job = jobs::claim(db).await.unwrap()?;
    let message: Email = job.arguments().expect("an email");
    let keys = Config::for_tests(&[]).session_keys;
    let to = emails::prepare(db, &keys, &job, &message).await.unwrap()?;
    jobs::complete(db, &job).await.unwrap();
    Some((message, to.name, to.token))
}

/// A new user, and the secret in the first email.
async fn signed_up(db: &Db) -> (User, String) {
    let ada = person(db, ADA).await;
    let (message, _, secret) = next(db).await.expect("an email to confirm the address");
    assert!(matches!(message, Email::Verify { .. }), "{message:?}");
    (ada, secret)
}

on_both_databases! {
    async fn a_user_who_confirms_the_address_of_a_new_account_is_welcomed_once(db: TestDb) {
        let (ada, secret) = signed_up(&db).await;
        assert!(accounts::verify(&db, &secret, &ada, true).await.unwrap());
        let (message, name, no_link) = next(&db).await.expect("a welcome");
        assert_eq!(message, Email::Welcome { user_id: ada.id.clone() });
        assert_eq!((name.as_str(), no_link.as_str()), ("Ada Lovelace", ""));
        assert!(next(&db).await.is_none());
        assert!(!accounts::verify(&db, &secret, &ada, true).await.unwrap());
        assert!(next(&db).await.is_none());
    }

    async fn without_the_setting_no_user_is_welcomed(db: TestDb) {
        let (ada, secret) = signed_up(&db).await;
        assert!(accounts::verify(&db, &secret, &ada, false).await.unwrap());
        assert!(next(&db).await.is_none());
    }

    async fn a_link_that_confirms_nothing_welcomes_no_user(db: TestDb) {
        let (_, secret) = signed_up(&db).await;
        let eve = person(&db, "eve@example.com").await;
        next(&db).await;
        for secret in [secret.as_str(), "unknown"] {
            assert!(!accounts::verify(&db, secret, &eve, true).await.unwrap());
        }
        assert!(next(&db).await.is_none());
    }

    async fn a_user_who_confirmed_another_address_first_is_not_welcomed(db: TestDb) {
        let (ada, first) = signed_up(&db).await;
        db.clock().advance(Duration::from_secs(1));
        accounts::request_email_change(&db, &ada, "lovelace@example.com").await.unwrap();
        let mut secrets = Vec::new();
        while let Some((message, _, secret)) = next(&db).await {
            if matches!(message, Email::NewEmail { .. }) { secrets.push(secret) }
        }
        accounts::confirm_email(&db, "", &secrets[0], &ada, None).await.unwrap();
        accounts::resend_verification(&db, &ada).await.unwrap();
        assert!(!accounts::verify(&db, &first, &ada, true).await.unwrap());
        assert!(next(&db).await.is_none());
    }

    async fn a_disabled_user_is_not_welcomed(db: TestDb) {
        let (ada, secret) = signed_up(&db).await;
        assert!(accounts::verify(&db, &secret, &ada, true).await.unwrap());
        let ada = users::authenticate(&db, ADA, PASSWORD).await.unwrap().unwrap();
        accounts::disable(&db, crate::people::OPERATOR, &ada).await.unwrap();
        assert!(next(&db).await.is_none());
    }
}
