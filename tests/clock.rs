//! A wrong clock that is corrected, through the router and in maintenance.

use crate::browser::authenticator::set_up;
use crate::browser::{Browser, FORM, PASSWORD, form, site, tables};
use program::maintenance;
use server::clock_watch::ClockWatch;
use server::testing::TestDb;
use server::{Config, on_both_databases};
use std::time::{Duration, Instant};

const ADA: &str = "ada@example.com";
const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);

async fn signed_up(db: &TestDb) -> Browser {
    let mut ada = Browser::at(site(db, &[]));
    ada.sign_up(ADA).await;
    ada
}

/// The maintenance task, run under the clock of the test.
struct Upkeep<'a> {
    db: &'a TestDb,
    watch: ClockWatch,
    at: Instant,
}

impl<'a> Upkeep<'a> {
    fn of(db: &'a TestDb) -> Self {
        Self { db, watch: ClockWatch::default(), at: Instant::now() }
    }

    /// Runs once, now.
    async fn once(&mut self) {
        maintenance::once(self.db, &Config::for_tests(&[]), &mut self.watch, self.at).await.unwrap();
    }

    /// Runs each minute for this long.
    async fn for_long(&mut self, minutes: u32) {
        for _ in 0..minutes {
            self.after(MINUTE).await;
        }
    }

    /// Runs once after this time.
    async fn after(&mut self, time: Duration) {
        self.db.clock().advance(time);
        self.at += time;
        self.once().await;
    }
}

async fn users(db: &TestDb) -> usize {
    tables::lines(db, "select id from users").await.len()
}

on_both_databases! {
    async fn a_wrong_password_with_a_future_timestamp_does_not_block_the_user_for_a_day(db: TestDb) {
        signed_up(&db).await;
        let anonymous = Browser::with_form(site(&db, &[])).await;
        let wrong = form(&[("email", ADA), ("password", "not-her-password")]);
        db.clock().advance(DAY);
        assert_eq!(anonymous.ask("POST", "/login", &FORM, wrong.clone()).await.status, 303);
        db.clock().set_back(DAY);
        let answer = anonymous.ask("POST", "/login", &FORM, wrong.clone()).await;
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!(answer.status == 429 && wait <= 31, "{} {wait}", answer.status);
        db.clock().advance(Duration::from_secs(wait));
        let mut ada = Browser::at(site(&db, &[]));
        ada.log_in(ADA, PASSWORD).await;
        assert!(ada.is_logged_in().await, "{}", ada.page);
    }

    async fn a_password_typed_in_the_future_does_not_grant_sudo(db: TestDb) {
        signed_up(&db).await;
        let mut ada = Browser::at(site(&db, &[]));
        db.clock().advance(DAY);
        ada.log_in(ADA, PASSWORD).await;
        db.clock().set_back(DAY);
        ada.get("/account/email").await;
        assert_eq!(ada.path, "/reauthenticate");
        ada.post("/reauthenticate", &[("password", PASSWORD)]).await;
        assert_eq!(ada.path, "/account/email");
    }

    async fn after_a_code_with_a_future_timestamp_the_app_works_again_in_90_seconds(db: TestDb) {
        let (app, _) = set_up(&db, &mut signed_up(&db).await).await;
        let code_of = async |code: String| {
            let mut browser = Browser::at(site(&db, &[]));
            browser.log_in(ADA, PASSWORD).await;
            browser.post("/login/code", &[("code", &code)]).await;
            browser.is_logged_in().await
        };
        let used = app.next_code(&db);
        assert!(code_of(used.clone()).await);
        db.clock().advance(DAY);
        assert!(code_of(app.next_code(&db)).await);
        db.clock().set_back(DAY + Duration::from_secs(30));
        assert_eq!(app.code(&db), used, "the clock is unchanged");
        tables::write(&db, "delete from rate_limits").await; // a code with a future timestamp is limited too
        assert!(!code_of(used).await, "a used code is never valid again");
        db.clock().advance(Duration::from_secs(90));
        assert!(code_of(app.code(&db)).await);
        assert!(!code_of(app.code(&db)).await);
    }

    async fn a_clock_that_is_briefly_a_month_ahead_ends_no_session_and_deletes_no_account(db: TestDb) {
        let mut leaving = Browser::at(site(&db, &[]));
        leaving.sign_up("leaving@example.com").await;
        leaving.post("/account/delete", &[]).await;
        let ada = signed_up(&db).await;
        let mut upkeep = Upkeep::of(&db);
        upkeep.once().await;
        db.clock().advance(DAY * 31);
        upkeep.for_long(20).await;
        let mut started_meanwhile = Upkeep::of(&db);
        started_meanwhile.once().await;
        db.clock().set_back(DAY * 31);
        upkeep.for_long(5).await;
        assert!(ada.is_logged_in().await && tables::sessions(&db).await.len() == 1 && users(&db).await == 2);
        upkeep.after(DAY * 14 - MINUTE * 26).await;
        assert_eq!((users(&db).await, tables::sessions(&db).await.len()), (2, 0), "limits apply as usual");
        upkeep.for_long(5).await;
        assert_eq!(users(&db).await, 1, "a corrected clock is trusted at once");
    }

    async fn a_corrected_clock_is_trusted_after_an_hour(db: TestDb) {
        signed_up(&db).await.post("/account/delete", &[]).await;
        let mut upkeep = Upkeep::of(&db);
        upkeep.once().await;
        db.clock().advance(DAY * 15);
        upkeep.for_long(60).await;
        assert_eq!(users(&db).await, 1);
        upkeep.for_long(1).await;
        assert_eq!(users(&db).await, 0);
    }
}
