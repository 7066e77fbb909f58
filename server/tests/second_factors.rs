//! Two-factor log-in in the domain: the codes of RFC 6238, each valid once; recovery codes; what the tables contain.

use crate::authenticator::{App, set_up};
use crate::people::{Browser, OPERATOR, person};
use server::Refusal;
use server::accounts::two_factor::{self, codes};
use server::audit::Actor;
use server::config::for_tests::SECRETS;
use server::keys::Keys;
use server::testing::{field_errors, refusal};
use server::users;
use server::{Config, Db, User, on_both_databases, recovery_codes, sql};
use std::time::Duration;

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

fn keys(secrets: &[&str]) -> Keys {
    Config::for_tests(&[("SESSION_SECRET", &secrets.join(","))]).session_keys
}

async fn is_code(db: &Db, user: &User, typed: &str) -> bool {
    two_factor::is_code(db, &keys(&SECRETS[..1]), user, typed).await.unwrap()
}

async fn use_code(db: &Db, user: &User, typed: &str) -> bool {
    two_factor::use_recovery_code(db, Actor { user: Some(user), ip: "" }, user, typed).await.unwrap()
}

async fn left(db: &Db, user: &User) -> i64 {
    recovery_codes::left(db, user).await.unwrap()
}

async fn secret_in_table(db: &Db) -> Vec<u8> {
    db.row::<(_,)>(sql!("select secret from second_factors")).await.unwrap().0
}

/// A user with two-factor log-in, half a minute after they turned it on.
async fn ada(db: &Db) -> (User, App, Vec<String>) {
    db.clock().stop(); // a code must not expire while a slow machine types it
    let user = person(db, "ada@example.com").await;
    let browser = Browser::of(db, &user).await;
    let (app, recovery_codes) = set_up(db, &browser).await;
    db.clock().advance(HALF_A_MINUTE);
    (users::find(db, &user.id).await.unwrap().unwrap(), app, recovery_codes)
}

/// Runs something while many browsers log in with a user that was read before. None may stay logged in.
async fn among_log_ins<T>(db: &Db, user: &User, what: impl Future<Output = T>) -> T {
    let log_ins: Vec<_> = (0..40)
        .map(|number| {
            let (mut browser, user) = (Browser::new(db), user.clone());
            tokio::spawn(async move {
                for _ in 0..number * 5 {
                    tokio::task::yield_now().await;
                }
                browser.log_in(&user, false).await;
                browser
            })
        })
        .collect();
    let done = what.await;
    for one in log_ins {
        assert!(!one.await.unwrap().is_logged_in().await, "an earlier log-in survived");
    }
    done
}

#[test]
fn the_codes_are_those_of_rfc_6238() {
    // Appendix B has eight digits; these are the last six.
    let vectors = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    for (seconds, code) in vectors {
        let step = codes::step_of(b"12345678901234567890", code, seconds * 1000);
        assert_eq!(step, Some(seconds / 30), "{seconds}");
    }
}

#[test]
fn the_code_of_the_step_before_or_after_is_valid_and_older_or_newer_ones_are_not() {
    let code = "050471"; // of 1111111111
    for (seconds, counts) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
        let now = (1_111_111_111 + seconds) * 1000;
        let step = codes::step_of(b"12345678901234567890", code, now);
        assert_eq!(step, counts.then_some(1_111_111_111 / 30), "{seconds}");
    }
}

#[test]
fn only_six_digits_of_any_script_are_a_code_and_separators_are_ignored() {
    let step = |typed: &str| codes::step_of(b"12345678901234567890", typed, 59_000);
    for typed in ["287 082", " 287082\n", "28-70.82", "28708２", "٢٨٧٠٨٢", "\u{200e}287082"] {
        assert_eq!(step(typed), Some(1), "{typed}");
    }
    for typed in ["", "87082", "94287082", "2870820", "+87082", "-28708", "28708a", "0x4616a", "\0"] {
        assert_eq!(step(typed), None, "{typed}");
    }
    assert_eq!(codes::step_of(b"12345678901234567890", "287082", i64::MIN), None);
}

on_both_databases! {
    async fn two_factor_is_off_until_a_code_was_typed(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let keys = keys(&SECRETS[..1]);
        assert!(two_factor::enrolment(&db, &keys, &user, "Acme").await.unwrap().is_none());
        two_factor::enrol(&db, &keys, &user).await.unwrap();
        let enrolment = two_factor::enrolment(&db, &keys, &user, "Slip: way").await.unwrap().unwrap();
        assert!(enrolment.otpauth_url.starts_with("otpauth://totp/Slip%20%20way:ada%40example.com?secret="), "{}", enrolment.otpauth_url);
        let code = App::new(&enrolment.secret_base32).code(&db);
        assert!(!is_code(&db, &user, &code).await);
        let user = users::find(&db, &user.id).await.unwrap().unwrap();
        assert_eq!((user.second_factor_at, left(&db, &user).await), (None, 0));

        let login = Browser::of(&db, &user).await.login().await;
        for wrong in ["000000", "", "not a code"] {
            let refused = field_errors(two_factor::turn_on(&db, &keys, OPERATOR, &login, wrong).await);
            assert_eq!(refused.iter().count(), 1);
        }
        two_factor::enrol(&db, &keys, &user).await.unwrap();
        let refused = field_errors(two_factor::turn_on(&db, &keys, OPERATOR, &login, &code).await);
        assert_eq!(refused.iter().count(), 1, "a code of the earlier secret");
    }

    async fn a_code_is_valid_once_and_makes_earlier_codes_invalid(db: TestDb) {
        let (ada, app, _) = ada(&db).await;
        let (before, now, next) = (app.code_in(&db, -30), app.code(&db), app.code_in(&db, 30));
        assert!(!is_code(&db, &ada, &before).await, "the code that turned it on");
        assert!(is_code(&db, &ada, &now).await);
        assert!(!is_code(&db, &ada, &now).await, "twice");
        assert!(is_code(&db, &ada, &next).await, "a code of a clock that is ahead");
        assert!(!is_code(&db, &ada, &now).await && !is_code(&db, &ada, &next).await);
        db.clock().advance(HALF_A_MINUTE);
        assert!(!is_code(&db, &ada, &app.code(&db)).await, "it was used as the next code");
        db.clock().advance(HALF_A_MINUTE);
        assert!(is_code(&db, &ada, &app.code(&db)).await);
    }

    async fn of_fifty_uses_of_one_code_at_once_one_succeeds(db: TestDb) {
        let (ada, app, recovery_codes) = ada(&db).await;
        for typed in [app.code(&db), recovery_codes[0].clone()] {
            let tries: Vec<_> = (0..50).map(|_| {
                let (db, ada, typed) = ((*db).clone(), ada.clone(), typed.clone());
                tokio::spawn(async move { is_code(&db, &ada, &typed).await || use_code(&db, &ada, &typed).await })
            }).collect();
            let mut passed = 0;
            for one in tries {
                passed += usize::from(one.await.unwrap());
            }
            assert_eq!(passed, 1, "{typed}");
        }
    }

    async fn each_recovery_code_works_once_for_its_owner_in_any_spelling(db: TestDb) {
        let (ada, _, recovery_codes) = ada(&db).await;
        let eve = person(&db, "eve@example.com").await;
        let (_, eves) = set_up(&db, &Browser::of(&db, &eve).await).await;
        let eve = users::find(&db, &eve.id).await.unwrap().unwrap();
        assert_eq!((recovery_codes.len(), left(&db, &ada).await), (10, 10));
        let bare = recovery_codes[1].replace('-', "").to_lowercase();
        let misread = recovery_codes[2].replace('0', "O").replace('1', "l");
        let spaced = format!("  {} ", recovery_codes[3].replace('-', " "));
        for (number, typed) in [&recovery_codes[0], &bare, &misread, &spaced].into_iter().enumerate() {
            assert!(!use_code(&db, &eve, typed).await, "another user's");
            assert!(use_code(&db, &ada, typed).await, "{typed}");
            assert!(!use_code(&db, &ada, typed).await, "twice");
            assert_eq!(left(&db, &ada).await, 9 - i64::try_from(number).unwrap());
        }
        for typed in ["", "-", "0000-0000-0000-0000", &eves[0], &recovery_codes[4][..18], &format!("{}0", recovery_codes[4])] {
            assert!(!use_code(&db, &ada, typed).await, "{typed}");
        }
        assert_eq!((left(&db, &ada).await, left(&db, &eve).await), (6, 10));
    }

    async fn new_recovery_codes_replace_the_old_ones(db: TestDb) {
        let (ada, _, old) = ada(&db).await;
        let new = two_factor::renew_recovery_codes(&db, OPERATOR, &ada).await.unwrap().unwrap();
        assert!(!use_code(&db, &ada, &old[0]).await);
        assert!(use_code(&db, &ada, &new[0]).await);
        let eve = person(&db, "eve@example.com").await;
        assert!(two_factor::renew_recovery_codes(&db, OPERATOR, &eve).await.unwrap().is_none(), "without a second factor");
    }

    async fn the_tables_contain_no_totp_secret_or_recovery_code(db: TestDb) {
        let (ada, app, _) = ada(&db).await;
        let encrypted = secret_in_table(&db).await;
        assert!(!encrypted.windows(20).any(|window| window == app.secret()));
        // In another user's row it cannot be decrypted.
        let eve = person(&db, "eve@example.com").await;
        set_up(&db, &Browser::of(&db, &eve).await).await;
        db.execute(sql!("update second_factors set secret = $1", encrypted)).await.unwrap();
        let eve = users::find(&db, &eve.id).await.unwrap().unwrap();
        db.clock().advance(HALF_A_MINUTE);
        assert!(!is_code(&db, &eve, &app.code(&db)).await);
        assert!(is_code(&db, &ada, &app.code(&db)).await);
    }

    async fn a_rotated_secret_keeps_second_factors_and_a_removed_one_only_recovery_codes(db: TestDb) {
        let (ada, app, recovery_codes) = ada(&db).await;
        let (both, new) = (keys(&[SECRETS[1], SECRETS[0]]), keys(&SECRETS[1..]));
        let typed = app.code(&db);
        assert!(!two_factor::is_code(&db, &new, &ada, &typed).await.unwrap());
        assert!(use_code(&db, &ada, &recovery_codes[0]).await);
        assert_eq!(two_factor::reencrypt(&db, &new).await.unwrap(), 0);
        assert!(two_factor::is_code(&db, &both, &ada, &typed).await.unwrap());
        assert_eq!(two_factor::reencrypt(&db, &both).await.unwrap(), 1);
        assert_eq!(two_factor::reencrypt(&db, &both).await.unwrap(), 0, "once");
        db.clock().advance(HALF_A_MINUTE);
        assert!(two_factor::is_code(&db, &new, &ada, &app.code(&db)).await.unwrap());
    }

    async fn an_admin_removes_the_second_factor_of_another_user_only(db: TestDb) {
        let (ada, app, recovery_codes) = ada(&db).await;
        let own = Actor { user: Some(&ada), ip: "" };
        assert_eq!(refusal(two_factor::remove(&db, own, &ada).await), Refusal::OwnAccount);
        two_factor::remove(&db, OPERATOR, &ada).await.unwrap();
        assert!(!is_code(&db, &ada, &app.code(&db)).await && !use_code(&db, &ada, &recovery_codes[0]).await);
        let ada = users::find(&db, &ada.id).await.unwrap().unwrap();
        assert_eq!((ada.second_factor_at, left(&db, &ada).await), (None, 0));
        two_factor::remove(&db, OPERATOR, &ada).await.unwrap();
        let audit = "select count(*) from audit where action = 'removed two-factor log-in'";
        let (said,): (i64,) = db.row(sql!(audit)).await.unwrap();
        assert_eq!(said, 1, "turned off already, so not removed again");
    }

    async fn a_log_in_checked_before_two_factor_changed_does_not_begin(db: TestDb) {
        let before = person(&db, "ada@example.com").await;
        let here = Browser::of(&db, &before).await;
        let (app, _) = among_log_ins(&db, &before, set_up(&db, &here)).await;
        assert!(here.is_logged_in().await, "the browser where it was turned on");
        let with_it = users::find(&db, &before.id).await.unwrap().unwrap();
        let removed = among_log_ins(&db, &with_it, two_factor::remove(&db, OPERATOR, &with_it)).await;
        assert!(removed.is_ok() && !here.is_logged_in().await && app.secret().len() == 20);
        let mut again = Browser::new(&db);
        again.log_in(&before, false).await;
        assert!(again.is_logged_in().await, "it is unchanged");
    }
}
