//! Refused passkey log-ins: a wrong site, challenge, owner, signature or counter, and a second use.

use crate::passkey_devices::{
    HERE, counter, device_of, enrolment_options, log_in_options, log_in_with, relying_party, send_answer,
    send_new_passkey,
};
use crate::people::{Browser, OPERATOR, person};
use server::accounts::passkeys;
use server::testing::Device;
use server::{Scope, accounts, on_both_databases};
use std::time::Duration;

on_both_databases! {
    async fn another_origin_site_or_owner_is_refused(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let (adas, eves) = (device_of(&db, &ada).await, device_of(&db, &eve).await);
        let at = |origin: &str| Device { origin: origin.into(), ..adas.clone() };
        let altered = [
            ("another site", at("https://app.example.org")),
            ("a site below", at("https://evil.app.example.com")),
            ("a site above", at("https://example.com")),
            ("without encryption", at("http://app.example.com")),
            ("another port", at("https://app.example.com:8443")),
            ("a name that begins alike", at("https://app.example.com.evil.org")),
            ("no origin", at("")),
            ("a key for another site", Device { site: "example.org".into(), ..adas.clone() }),
            ("without user verification", Device { is_verified: false, ..adas.clone() }),
            ("her key, said to be Eve's", Device { owner: eves.owner.clone(), ..adas.clone() }),
            ("Eve's key, said to be hers", Device { owner: adas.owner.clone(), ..eves.clone() }),
            ("Eve's key under the name of hers", Device { id: adas.id.clone(), owner: adas.owner.clone(), ..eves.clone() }),
            ("without an owner", Device { owner: Vec::new(), ..adas.clone() }),
            ("one that is not there", Device { owner: adas.owner.clone(), site: "app.example.com".into(), ..Device::at(HERE) }),
        ];
        for (what, device) in altered {
            assert!(log_in_with(&db, &device).await.is_none(), "{what}");
        }
        assert_eq!(log_in_with(&db, &adas).await.unwrap().id, ada.id);
        assert_eq!(log_in_with(&db, &eves).await.unwrap().id, eve.id);
    }

    async fn a_foreign_used_or_expired_challenge_is_refused(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let device = device_of(&db, &ada).await;
        let (mut here, mut there) = (Browser::new(&db), Browser::new(&db));
        let (hers, others) = (log_in_options(&mut here).await, log_in_options(&mut there).await);
        assert!(send_answer(&db, &mut here, &device.answer(&others)).await.is_none(), "the challenge of another browser");
        let wrong = device.answer(&hers).replacen("\"signature\":\"", "\"signature\":\"AAAA", 1);
        assert!(send_answer(&db, &mut here, &wrong).await.is_none(), "another signature");
        assert!(send_answer(&db, &mut here, &device.answer(&hers)).await.is_none(), "a used challenge");
        assert!(send_answer(&db, &mut Browser::new(&db), &device.answer(&others)).await.is_none(), "an unknown challenge");

        let first = log_in_options(&mut here).await;
        let second = log_in_options(&mut here).await;
        assert_eq!(send_answer(&db, &mut here, &device.answer(&first)).await.unwrap().id, ada.id, "the challenge of another tab");
        assert!(send_answer(&db, &mut here, &device.answer(&first)).await.is_none(), "twice");
        assert_eq!(send_answer(&db, &mut here, &device.answer(&second)).await.unwrap().id, ada.id);

        let options = log_in_options(&mut here).await;
        db.clock().advance(Duration::from_secs(5 * 60));
        assert!(send_answer(&db, &mut here, &device.answer(&options)).await.is_none(), "five minutes later");

        let answer = device.answer(&log_in_options(&mut here).await);
        assert_eq!(send_answer(&db, &mut here, &answer).await.unwrap().id, ada.id);
        assert!(send_answer(&db, &mut here, &answer).await.is_none(), "twice");
    }

    async fn an_answer_with_any_changed_part_is_refused(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let device = device_of(&db, &ada).await;
        for part in ["clientDataJSON", "authenticatorData", "signature", "userHandle", "rawId"] {
            let mut browser = Browser::new(&db);
            let answer = device.answer(&log_in_options(&mut browser).await);
            let (start, rest) = answer.split_once(&format!("\"{part}\":\"")).unwrap();
            let other = if rest.as_bytes()[20] == b'A' { "B" } else { "A" };
            let changed = format!("{start}\"{part}\":\"{}{other}{}", &rest[..20], &rest[21..]);
            assert_ne!(changed, answer);
            assert!(send_answer(&db, &mut browser, &changed).await.is_none(), "{part}");
        }
        for answer in ["", "{}", "null", "[]", "\0", "{\"id\":\"\0\"}"] {
            let mut browser = Browser::new(&db);
            log_in_options(&mut browser).await;
            assert!(send_answer(&db, &mut browser, answer).await.is_none(), "{answer}");
        }
    }

    async fn a_counter_that_does_not_increase_is_refused(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let mut device = device_of(&db, &ada).await;
        for (count, is_logged_in) in [(5, true), (5, false), (4, false), (0, false), (6, true), (1, false), (7, true)] {
            device.counter = count;
            assert_eq!(log_in_with(&db, &device).await.is_some(), is_logged_in, "{count}");
        }
        assert_eq!(counter(&db).await, 7, "a refused answer does not change the counter");
    }

    async fn a_passkey_in_flight_while_its_owner_is_locked_out_is_not_added(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &ada).await;
        let mut device = Device::at(HERE);
        let made = device.make(&enrolment_options(&db, &mut browser, &ada).await);
        // The request has passed the guard when all log-ins end.
        db.clock().advance(Duration::from_secs(1));
        accounts::set_password(&db, OPERATOR, &ada, "quiet-anchor-1815").await.unwrap();
        assert!(send_new_passkey(&db, &mut browser, &ada, &made).await.is_err());
        assert!(passkeys::list(&db, &Scope::of(&ada)).await.unwrap().is_empty());
    }

    async fn a_password_set_by_an_admin_removes_the_passkeys(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let device = device_of(&db, &ada).await;
        accounts::set_password(&db, OPERATOR, &ada, "quiet-anchor-1815").await.unwrap();
        assert!(log_in_with(&db, &device).await.is_none());
        assert!(passkeys::list(&db, &Scope::of(&ada)).await.unwrap().is_empty());
    }

    async fn of_two_answers_at_once_one_wins(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let mut device = device_of(&db, &ada).await;
        let at = relying_party();
        for count in 0..8 {
            // Also with a device that does not count.
            device.counter = if count < 4 { 0 } else { count };
            let mut browser = Browser::new(&db);
            let answer = device.answer(&log_in_options(&mut browser).await);
            let (one, two) = (browser.visit(), browser.visit());
            // Both have read the challenge before either has consumed it.
            let (one, two) = tokio::join!(
                passkeys::log_in(&db, &one, &at, &answer),
                passkeys::log_in(&db, &two, &at, &answer),
            );
            let logged_in = [one.unwrap(), two.unwrap()].iter().flatten().count();
            assert_eq!(logged_in, 1, "with a counter of {count}");
        }
        // Two copies of one key, each with its own challenge and the same count.
        for count in 100..110 {
            device.counter = count;
            let (mut one, mut two) = (Browser::new(&db), Browser::new(&db));
            let answers = [device.answer(&log_in_options(&mut one).await), device.answer(&log_in_options(&mut two).await)];
            let (one, two) = (one.visit(), two.visit());
            let (one, two) = tokio::join!(
                passkeys::log_in(&db, &one, &at, &answers[0]),
                passkeys::log_in(&db, &two, &at, &answers[1]),
            );
            assert_eq!([one.unwrap(), two.unwrap()].iter().flatten().count(), 1, "{count}");
        }
    }

    async fn a_passkey_of_a_disabled_account_is_recognised_but_does_not_log_in(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let device = device_of(&db, &ada).await;
        accounts::disable(&db, OPERATOR, &ada).await.unwrap();
        let found = log_in_with(&db, &device).await.unwrap();
        assert!(found.disabled_at.is_some(), "the owner is recognised for the message");
        let browser = Browser::new(&db);
        assert!(!browser.visit().log_in(&found, false).await.unwrap());
    }
}
