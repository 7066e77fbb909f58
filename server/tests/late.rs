//! Late requests: another request has given their browser a new id. They prove nothing, get no cookie, and lose no
//! flash.

use crate::on_each_store::{on_each_server_store, on_each_store};
use crate::people::{Browser, OPERATOR, person};
use server::visitor::Level;
use server::{Db, User, Visitor, sessions, sql};

const ROUNDS: usize = 50;

async fn texts(visitor: &Visitor) -> Vec<String> {
    visitor.take_flashes().await.unwrap().into_iter().map(|flash| flash.text).collect()
}

/// Each way in which a browser gets a new id.
const WAYS: [&str; 4] = ["log in", "log out", "begin to log in", "renew"];

async fn replace(browser: &mut Browser, user: &User, way: &str) {
    let visitor = browser.visit();
    match way {
        "log in" => assert!(visitor.log_in(user, false).await.unwrap()),
        "log out" => visitor.log_out().await.unwrap(),
        "begin to log in" => visitor.begin_log_in(user, false).await.unwrap(),
        _ => {
            let login = visitor.login().await.unwrap().expect("a log-in").clone();
            assert!(visitor.renew(&login).await.unwrap());
        }
    }
    browser.finish(visitor).await;
}

/// A browser with session data, logged in if the way needs it.
async fn browser_for(db: &Db, user: &User, way: &str) -> Browser {
    let mut browser = Browser::new(db);
    let visitor = browser.visit();
    visitor.flash(Level::Info, "first").await.unwrap();
    browser.finish(visitor).await;
    if way != "begin to log in" {
        browser.log_in(user, false).await;
    }
    browser
}

fn copy_of(browser: &Browser, db: &Db) -> Browser {
    let mut copy = Browser::new(db);
    (copy.id, copy.has_pending, copy.had_login) = (browser.id, true, browser.had_login);
    copy.data_cookie = browser.data_cookie.clone();
    copy
}

/// A browser with a log-in, and a copy of it that never got its new id.
async fn with_replaced_id(db: &Db) -> (Browser, Browser) {
    let user = person(db, "ada@example.com").await;
    let mut browser = Browser::of(db, &user).await;
    let lost = copy_of(&browser, db);
    replace(&mut browser, &user, "renew").await;
    (browser, lost)
}

on_each_store! {
    async fn a_request_with_a_replaced_id_gets_no_cookie_and_stores_nothing(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        for way in WAYS {
            let mut browser = browser_for(&db, &user, way).await;
            let mut attacker = copy_of(&browser, &db);
            replace(&mut browser, &user, way).await;
            let late = attacker.visit();
            assert!(late.login().await.unwrap().is_none() && late.is_late().await.unwrap(), "{way}");
            assert!(texts(&late).await.is_empty(), "{way}");
            late.flash(Level::Error, "from the attacker").await.unwrap();
            late.return_to("/evil").await.unwrap();
            assert_eq!(attacker.finish(late).await, None, "{way}");
            let late = attacker.visit();
            assert!(!late.log_in(&user, false).await.unwrap(), "{way}: not even with the password");
            assert_eq!(attacker.finish(late).await, None, "{way}");

            let next = browser.visit();
            assert!(!next.is_late().await.unwrap(), "{way}");
            assert_eq!(texts(&next).await, ["first"], "{way}");
            assert_eq!(next.take_return_path().await.unwrap(), None, "{way}");
        }
    }

    async fn a_request_in_flight_while_the_id_is_replaced_gets_no_cookie(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        for way in WAYS {
            let mut browser = browser_for(&db, &user, way).await;
            let mut other = copy_of(&browser, &db);
            let in_flight = other.visit();
            let was_logged_in = in_flight.login().await.unwrap().is_some();
            assert!(!in_flight.is_late().await.unwrap(), "it has read the session data by now");
            replace(&mut browser, &user, way).await;
            in_flight.flash(Level::Success, "Saved.").await.unwrap();
            in_flight.return_to("/late").await.unwrap();
            assert_eq!(other.finish(in_flight).await, None, "{way}");
            let next = browser.visit();
            let expected: &[&str] = if was_logged_in { &["first", "Saved."] } else { &["first"] };
            assert_eq!(texts(&next).await, expected, "{way}: the flash moved to the new id");
            assert_eq!(next.take_return_path().await.unwrap(), None, "{way}");
        }
    }

    async fn a_form_of_a_request_in_flight_moves_to_the_new_id_only_if_the_request_was_logged_in(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        for way in WAYS {
            let mut browser = browser_for(&db, &user, way).await;
            let in_flight = browser.visit();
            let was_logged_in = in_flight.login().await.unwrap().is_some();
            replace(&mut browser, &user, way).await;
            assert!(in_flight.keep_for_later("/account", &[("name", "Ada")]).await.unwrap(), "{way}");
            assert_eq!(in_flight.save().await.unwrap(), None, "{way}");
            assert_eq!(in_flight.has_stored_form().await, was_logged_in, "{way}");
            if way == "log out" {
                browser.log_in(&user, false).await;
            }
            let form = browser.visit().take_form("/account").await.unwrap();
            assert_eq!(form.value("name").is_some(), was_logged_in, "{way}");
        }
    }

    async fn flashes_taken_and_not_shown_move_to_the_new_id(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = browser_for(&db, &user, "log out").await;
        let page = browser.visit();
        assert_eq!(texts(&page).await, ["first"]);
        let leaving = browser.visit();
        leaving.log_out().await.unwrap();
        leaving.flash(Level::Info, "second").await.unwrap();
        browser.finish(leaving).await;
        page.put_back().await.unwrap();
        assert_eq!(texts(&browser.visit()).await, ["first", "second"]);
    }

    async fn of_two_renewals_at_once_one_wins_and_the_browser_stays_logged_in(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        let mut now = copy_of(&browser, &db);
        for _ in 0..ROUNDS {
            let (one, other) = (now.visit(), now.visit());
            let login = one.login().await.unwrap().unwrap().clone();
            other.login().await.unwrap();
            let renewed = tokio::join!(one.renew(&login), other.renew(&login));
            let (first, second) = (renewed.0.unwrap(), renewed.1.unwrap());
            assert_ne!(first, second, "one of them");
            let (winner, loser) = if first { (one, other) } else { (other, one) };
            assert_eq!(loser.save().await.unwrap(), None, "the other one is late");
            now.finish(winner).await.expect("a new cookie");
            assert!(now.is_logged_in().await);
        }
    }

    async fn of_two_log_ins_at_once_in_one_browser_one_wins(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        for round in 1..=ROUNDS {
            let mut browser = browser_for(&db, &user, "begin to log in").await;
            let (one, other) = (browser.visit(), browser.visit());
            let begun = tokio::join!(one.log_in(&user, false), other.log_in(&user, false));
            let (first, second) = (begun.0.unwrap(), begun.1.unwrap());
            assert_ne!(first, second);
            browser.finish(if first { one } else { other }).await.unwrap();
            assert!(browser.is_logged_in().await);
            assert_eq!(sessions::of_user(&db, &user.id, crate::people::limits()).await.unwrap().len(), round);
        }
    }

    async fn a_log_in_that_ended_meanwhile_is_not_renewed_and_the_reason_is_shown(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        let in_flight = browser.visit();
        let login = in_flight.login().await.unwrap().unwrap().clone();
        sessions::revoke_all(&db, OPERATOR, &user).await.unwrap();
        assert!(!in_flight.renew(&login).await.unwrap());
        assert_eq!(browser.finish(in_flight).await, None);
        let next = browser.visit();
        assert!(!next.is_late().await.unwrap() && !browser.is_logged_in().await);
        assert_eq!(next.take_end_reason().await.unwrap(), Some(sessions::EndReason::Revoked));
    }

    async fn a_log_out_ends_the_log_in_although_another_request_overtook_it(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        let (log_out, other) = (browser.visit(), browser.visit());
        let login = log_out.login().await.unwrap().unwrap().clone();
        assert!(other.renew(&login).await.unwrap());
        browser.finish(other).await.expect("a new cookie");
        assert!(browser.is_logged_in().await);
        log_out.log_out().await.unwrap();
        assert!(!browser.is_logged_in().await);
        assert!(sessions::of_user(&db, &user.id, crate::people::limits()).await.unwrap().is_empty());
    }

    async fn the_end_reason_is_shown_once_to_two_requests_at_once(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        for _ in 0..ROUNDS {
            let browser = Browser::of(&db, &user).await;
            sessions::revoke_all(&db, OPERATOR, &user).await.unwrap();
            let (one, other) = (browser.visit(), browser.visit());
            let reasons = tokio::join!(one.take_end_reason(), other.take_end_reason());
            assert_eq!([reasons.0.unwrap(), reasons.1.unwrap()].into_iter().flatten().count(), 1);
        }
    }

    async fn a_browser_that_never_gets_its_new_id_becomes_anonymous(db: TestDb) {
        let (browser, mut lost) = with_replaced_id(&db).await;
        let mut waits = Vec::new();
        for _ in 0..8 {
            waits.push(lost.visit().late_wait().await.unwrap().expect("eight tabs at once lose nothing"));
        }
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]) && waits[0] < waits[7], "{waits:?}");
        db.clock().advance(std::time::Duration::from_secs(5));
        let visitor = lost.visit();
        assert_eq!(visitor.late_wait().await.unwrap(), None);
        visitor.start_anew().await;
        visitor.flash(Level::Info, "Please log in to continue.").await.unwrap();
        let cookie = lost.finish(visitor).await.unwrap();
        assert!(!cookie.had_login && lost.id != browser.id && browser.is_logged_in().await);
        assert_eq!(texts(&lost.visit()).await, ["Please log in to continue."]);
    }

    async fn a_replaced_id_is_remembered_for_two_minutes(db: TestDb) {
        let (_browser, lost) = with_replaced_id(&db).await;
        db.clock().advance(std::time::Duration::from_secs(119));
        assert!(lost.visit().is_late().await.unwrap());
        db.clock().advance(std::time::Duration::from_secs(1));
        assert!(!lost.visit().is_late().await.unwrap() && !lost.is_logged_in().await);
    }

    async fn a_page_whose_client_disconnected_leaves_its_flashes_to_the_next(db: TestDb) {
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.flash(Level::Info, "one").await.unwrap();
        browser.finish(visitor).await;
        let abandoned = browser.visit();
        abandoned.client_gone().store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(texts(&abandoned).await.is_empty());
        assert_eq!(texts(&browser.visit()).await, ["one"]);
    }
}

on_each_server_store! {
    async fn each_new_row_of_a_browser_with_a_replaced_id_counts_towards_the_rate_limit(db: TestDb) {
        let (_browser, mut lost) = with_replaced_id(&db).await;
        let visitor = lost.visit();
        visitor.start_anew().await;
        visitor.return_to("/account").await.unwrap();
        lost.finish(visitor).await.unwrap();
        assert_eq!(db.row::<(i64,)>(sql!("select count(*) from rate_limits")).await.unwrap(), (1,));
    }
}
