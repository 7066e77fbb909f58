//! Passkeys of a user: added, used, renamed, removed. Refused log-ins are in `passkeys_refused.rs`. The device is
//! software.

use crate::passkey_devices::{HERE, add, count, device_of, enrolment_options, log_in_with, send_new_passkey};
use crate::people::{Browser, person};
use server::accounts::passkeys::{self, RelyingParty};
use server::audit::{self, Actor};
use server::config::for_tests::SECRETS;
use server::emails::{self, Email};
use server::jobs;
use server::testing::{Device, field_errors};
use server::{Config, Error, Id, Scope, accounts, on_both_databases};
use std::time::Duration;

fn message(refused: Result<(), Error>) -> String {
    field_errors(refused).to_string()
}

#[test]
fn an_ip_address_has_no_passkeys() {
    for number in ["http://127.0.0.1:3000", "https://[::1]", "https://192.0.2.1"] {
        assert!(RelyingParty::of(&number.parse().unwrap(), "Product").unwrap().is_none(), "{number}");
    }
    for name in ["http://localhost:3000", HERE, "https://example.com:8443"] {
        assert!(RelyingParty::of(&name.parse().unwrap(), "Product").unwrap().is_some(), "{name}");
    }
}

on_both_databases! {
    async fn an_added_passkey_is_audited_emailed_and_logs_its_owner_in(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let jobs_before = count(&db, "select count(*) from jobs").await;
        let device = device_of(&db, &ada).await;
        let [listed] = &passkeys::list(&db, &Scope::of(&ada)).await.unwrap()[..] else { panic!("not one") };
        assert_eq!((listed.name.as_str(), listed.last_used_at), ("My phone", None));
        let lines = audit::search(&db, "added a passkey", 1).await.unwrap().rows;
        assert_eq!((lines.len(), lines[0].actor_email.as_str()), (1, "ada@example.com"));
        assert_eq!(count(&db, "select count(*) from jobs").await, jobs_before + 1);
        assert_eq!(count(&db, "select count(*) from jobs where arguments like '%passkey-added%My phone%'").await, 1);

        db.clock().advance(Duration::from_secs(60));
        let before = db.now();
        for _ in 0..2 {
            assert_eq!(log_in_with(&db, &device).await.unwrap().id, ada.id, "a device that does not count");
        }
        assert!(passkeys::list(&db, &Scope::of(&ada)).await.unwrap()[0].last_used_at >= Some(before));
    }

    async fn the_options_ask_for_a_discoverable_key_and_exclude_existing_ones(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let device = device_of(&db, &ada).await;
        let mut browser = Browser::of(&db, &ada).await;
        let options = enrolment_options(&db, &mut browser, &ada).await;
        for part in ["\"residentKey\":\"required\"", "\"userVerification\":\"required\"", "\"id\":\"app.example.com\""] {
            assert!(options.contains(part), "{part}: {options}");
        }
        let options: serde_json::Value = serde_json::from_str(&options).unwrap();
        assert_eq!(options["excludeCredentials"].as_array().unwrap().len(), 1);
        let again = device.clone().make(&options.to_string());
        let refused = send_new_passkey(&db, &mut browser, &ada, &again).await;
        assert!(message(refused).contains("could not be added"), "the same key under another name");
    }

    async fn an_answer_that_does_not_match_the_challenge_adds_nothing(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let at = Device::at;
        let bent = [
            ("another site", at("https://app.example.org")),
            ("a site below", at("https://evil.app.example.com")),
            ("a site above", at("https://example.com")),
            ("without encryption", at("http://app.example.com")),
            ("another port", at("https://app.example.com:8443")),
            ("a name that begins alike", at("https://app.example.com.evil.org")),
            ("made for another site", Device { site: "example.org".into(), ..at(HERE) }),
            ("without user verification", Device { is_verified: false, ..at(HERE) }),
        ];
        for (what, mut device) in bent {
            assert!(message(add(&db, &ada, &mut device).await).contains("could not be added"), "{what}");
        }
        let mut browser = Browser::of(&db, &ada).await;
        for answer in ["", "{}", "[]", "null", "\0", "{\"id\":1}"] {
            enrolment_options(&db, &mut browser, &ada).await;
            assert!(send_new_passkey(&db, &mut browser, &ada, answer).await.is_err(), "{answer}");
        }
        assert!(passkeys::list(&db, &Scope::of(&ada)).await.unwrap().is_empty());
    }

    async fn a_challenge_is_valid_once_in_time_for_its_user_in_any_tab(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let mut browser = Browser::of(&db, &ada).await;
        let made = Device::at(HERE).make(&enrolment_options(&db, &mut browser, &ada).await);
        assert!(send_new_passkey(&db, &mut browser, &eve, &made).await.is_err(), "another user in the same browser");
        let wrong = Device::at("https://evil.example.com").make(&enrolment_options(&db, &mut browser, &ada).await);
        assert!(send_new_passkey(&db, &mut browser, &ada, &wrong).await.is_err(), "made for another site");
        assert!(send_new_passkey(&db, &mut browser, &ada, &made).await.is_ok(), "the challenge of another tab is still valid");
        assert!(send_new_passkey(&db, &mut browser, &ada, &made).await.is_err(), "twice");

        let mut tabs = Vec::new();
        for _ in 0..13 {
            tabs.push(Device::at(HERE).make(&enrolment_options(&db, &mut browser, &ada).await));
        }
        assert!(send_new_passkey(&db, &mut browser, &ada, &tabs[0]).await.is_err(), "twelve newer challenges");
        assert!(send_new_passkey(&db, &mut browser, &ada, &tabs[1]).await.is_ok());

        let late = Device::at(HERE).make(&enrolment_options(&db, &mut browser, &ada).await);
        db.clock().advance(Duration::from_secs(5 * 60));
        assert!(send_new_passkey(&db, &mut browser, &ada, &late).await.is_err(), "five minutes later");

        let good = Device::at(HERE).make(&enrolment_options(&db, &mut browser, &ada).await);
        assert!(send_new_passkey(&db, &mut Browser::of(&db, &ada).await, &ada, &good).await.is_err(), "in another browser");
        assert!(send_new_passkey(&db, &mut browser, &ada, &good).await.is_ok());
        assert!(send_new_passkey(&db, &mut browser, &ada, &good).await.is_err(), "twice");
        assert_eq!(passkeys::list(&db, &Scope::of(&ada)).await.unwrap().len(), 3);
    }

    async fn a_passkey_of_another_user_cannot_be_added_and_their_number_is_limited(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let mut device = device_of(&db, &ada).await;
        assert!(message(add(&db, &eve, &mut device).await).contains("is here already"));
        for _ in 0..20 {
            add(&db, &eve, &mut Device::at(HERE)).await.unwrap();
        }
        assert!(message(add(&db, &eve, &mut Device::at(HERE)).await).contains("the maximum"));
    }

    async fn a_passkey_is_renamed_and_removed_by_its_owner_only(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let device = device_of(&db, &ada).await;
        let logged_in = Browser::of(&db, &ada).await;
        let id = passkeys::list(&db, &Scope::of(&ada)).await.unwrap().remove(0).id;
        let names = async || passkeys::list(&db, &Scope::of(&ada)).await.unwrap().into_iter().map(|key| key.name).collect::<Vec<_>>();
        passkeys::rename(&db, &Scope::of(&eve), &id, "Mine now").await.unwrap();
        assert!(!passkeys::remove(&db, Actor { user: Some(&eve), ip: "" }, &Scope::of(&eve), &id).await.unwrap());
        assert_eq!(names().await, ["My phone"]);
        for wrong in ["", "  ", "a\nb", &"x".repeat(61), "\u{202e}x"] {
            assert!(!field_errors(passkeys::rename(&db, &Scope::of(&ada), &id, wrong).await).is_empty(), "{wrong}");
        }
        passkeys::rename(&db, &Scope::of(&ada), &id, " Her phone ").await.unwrap();
        assert_eq!(names().await, ["Her phone"]);

        let actor = Actor { user: Some(&ada), ip: "192.0.2.1" };
        assert!(passkeys::remove(&db, actor, &Scope::of(&ada), &id).await.unwrap());
        assert!(!passkeys::remove(&db, actor, &Scope::of(&ada), &id).await.unwrap(), "it is gone");
        assert!(!passkeys::remove(&db, actor, &Scope::of(&ada), &Id::new()).await.unwrap());
        assert!(log_in_with(&db, &device).await.is_none());
        assert!(logged_in.is_logged_in().await, "log-ins last");
        assert_eq!(audit::search(&db, "removed a passkey", 1).await.unwrap().rows.len(), 1);
        assert_eq!(count(&db, "select count(*) from jobs where arguments like '%passkey-removed%Her phone%'").await, 1);
    }

    async fn confirming_a_foreign_sign_up_removes_its_passkeys(db: TestDb) {
        for (email, is_proved) in [("ada@example.com", false), ("eve@example.com", true)] {
            let user = person(&db, email).await;
            if is_proved {
                accounts::mark_verified(&db, &user).await.unwrap();
            }
            let device = device_of(&db, &user).await;
            db.clock().advance(accounts::REACH + Duration::from_secs(1)); // a newer one is removed for each user
            emails::enqueue(&db, Email::Reset { email: email.into() }).await.unwrap();
            let keys = Config::for_tests(&[("SESSION_SECRET", SECRETS[0])]).session_keys;
            let mut secret = None;
            while let Some(job) = jobs::claim(&db).await.unwrap() {
                if let Some(message @ Email::Reset { .. }) = &job.arguments() {
                    secret = emails::prepare(&db, &keys, &job, message).await.unwrap().map(|to| to.token);
                }
                jobs::complete(&db, &job).await.unwrap();
            }
            accounts::reset_password(&db, "", &secret.unwrap(), "quiet-anchor-1815").await.unwrap();
            assert_eq!(log_in_with(&db, &device).await.is_some(), is_proved, "{email}");
        }
    }

    async fn a_passkey_is_deleted_with_its_account(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let device = device_of(&db, &ada).await;
        accounts::delete(&db, crate::people::OPERATOR, &ada).await.unwrap();
        assert!(log_in_with(&db, &device).await.is_none());
        assert_eq!(count(&db, "select count(*) from passkeys").await, 0);
    }
}
