//! Changes of an account by an admin, and by requests in flight: who is logged out, who may not do it, and the audit entry.

use crate::people::{Browser, OPERATOR, PASSWORD, person};
use server::Refusal;
use server::audit::{self, Actor};
use server::emails::{self, Email};
use server::testing::dump;
use server::testing::{field_errors, refusal};
use server::users::{self, Role};
use server::{Db, User, accounts, on_both_databases, sql};
use std::time::Duration;

const NEW: &str = "quiet-anchor-1815";

async fn admin(db: &Db, email: &str) -> User {
    let user = person(db, email).await;
    accounts::grant_role(db, OPERATOR, &user, Role::Admin).await.unwrap();
    again(db, &user).await
}

async fn again(db: &Db, user: &User) -> User {
    users::find(db, &user.id).await.unwrap().expect("the user")
}

fn by(user: &User) -> Actor<'_> {
    Actor { user: Some(user), ip: "192.0.2.7" }
}

async fn lines(db: &Db, words: &str) -> Vec<(String, String, String)> {
    let found = audit::search(db, words, 1).await.unwrap();
    found.rows.into_iter().map(|line| (line.actor_email, line.action, line.subject_email)).collect()
}

fn line(actor: &str, action: &str, subject: &str) -> (String, String, String) {
    (actor.to_owned(), action.to_owned(), subject.to_owned())
}

on_both_databases! {
    async fn a_disabled_account_is_logged_out_and_cannot_log_in_until_enabled(db: TestDb) {
        let (root, ada) = (admin(&db, "root@example.com").await, person(&db, "ada@example.com").await);
        let browser = Browser::of(&db, &ada).await;
        accounts::disable(&db, by(&root), &ada).await.unwrap();
        assert!(!browser.is_logged_in().await);
        let known = users::authenticate(&db, "ada@example.com", PASSWORD).await.unwrap().expect("the password still fits");
        assert!(known.disabled_at.is_some());
        let mut late = Browser::new(&db);
        late.log_in(&known, true).await;
        assert!(!late.is_logged_in().await);
        accounts::enable(&db, by(&root), &ada).await.unwrap();
        assert!(!late.is_logged_in().await && !browser.is_logged_in().await, "ended sessions stay ended");
        assert!(Browser::of(&db, &again(&db, &ada).await).await.is_logged_in().await);
        assert_eq!(lines(&db, "ada@").await, [
            line("root@example.com", "enabled the account", "ada@example.com"),
            line("root@example.com", "disabled the account", "ada@example.com"),
        ]);
    }

    async fn a_session_row_of_a_disabled_account_is_no_log_in(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &ada).await;
        db.execute(sql!("update users set disabled_at = 1")).await.unwrap();
        assert!(!browser.is_logged_in().await);
    }

    async fn a_log_in_that_was_checked_before_the_password_changed_does_not_begin(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let checked = users::authenticate(&db, "ada@example.com", PASSWORD).await.unwrap().unwrap();
        let own = Browser::of(&db, &ada).await;
        accounts::change_password(&db, by(&ada), PASSWORD, NEW, &own.login().await).await.unwrap();
        let visitor = Browser::new(&db).visit();
        assert!(!visitor.log_in(&checked, false).await.unwrap());
        assert!(own.is_logged_in().await);
    }

    async fn no_log_in_survives_a_password_change_at_the_same_time(db: TestDb) {
        let (root, ada) = (admin(&db, "root@example.com").await, person(&db, "ada@example.com").await);
        let logging_in: Vec<_> = (0..20).map(|_| {
            let visitor = Browser::new(&db).visit();
            let ada = ada.clone();
            tokio::spawn(async move { visitor.log_in(&ada, false).await.unwrap() })
        }).collect();
        accounts::set_password(&db, by(&root), &ada, NEW).await.unwrap();
        for one in logging_in {
            one.await.unwrap();
        }
        let (left,): (i64,) = db.row(sql!("select count(*) from sessions")).await.unwrap();
        assert_eq!(left, 0);
    }

    async fn a_password_changes_while_a_user_with_a_hundred_log_ins_keeps_logging_in(db: TestDb) {
        let root = admin(&db, "root@example.com").await;
        let mut ada = person(&db, "ada@example.com").await;
        for new in ["quiet-anchor-1815", "loud-anchor-1816", "quick-anchor-1817"] {
            for _ in 0..100 {
                Browser::of(&db, &ada).await;
            }
            let logging_in: Vec<_> = (0..8).map(|_| {
                let (visitor, ada) = (Browser::new(&db).visit(), ada.clone());
                tokio::spawn(async move { visitor.log_in(&ada, false).await.unwrap() })
            }).collect();
            accounts::set_password(&db, by(&root), &ada, new).await.unwrap();
            for one in logging_in {
                one.await.unwrap();
            }
            let (left,): (i64,) = db.row(sql!("select count(*) from sessions")).await.unwrap();
            assert_eq!(left, 0);
            ada = again(&db, &ada).await;
        }
    }

    async fn a_set_password_is_valid_and_ends_every_session(db: TestDb) {
        let (root, ada) = (admin(&db, "root@example.com").await, person(&db, "ada@example.com").await);
        let (browser, admins) = (Browser::of(&db, &ada).await, Browser::of(&db, &root).await);
        assert!(!field_errors(accounts::set_password(&db, by(&root), &ada, "short").await).is_empty());
        assert!(browser.is_logged_in().await);
        accounts::set_password(&db, by(&root), &ada, NEW).await.unwrap();
        assert!(!browser.is_logged_in().await && admins.is_logged_in().await);
        assert!(users::authenticate(&db, "ada@example.com", PASSWORD).await.unwrap().is_none());
        assert!(users::authenticate(&db, "ada@example.com", NEW).await.unwrap().is_some());
        assert!(!field_errors(accounts::set_password(&db, by(&root), &root, NEW).await).is_empty(), "not their own: that needs the old password");
    }

    async fn a_deleted_user_leaves_only_audit_entries(db: TestDb) {
        let (root, ada) = (admin(&db, "root@example.com").await, person(&db, "ada@example.com").await);
        let browser = Browser::of(&db, &ada).await;
        let half = Browser::new(&db).visit();
        half.begin_log_in(&ada, false).await.unwrap();
        half.save().await.unwrap();
        emails::enqueue(&db, Email::Reset { email: "ADA@example.com".into() }).await.unwrap();
        accounts::request_email_change(&db, &ada, "countess@example.com").await.unwrap();
        accounts::delete(&db, by(&root), &ada).await.unwrap();
        assert!(!browser.is_logged_in().await);
        // The audit log keeps the address, and the last email has it until it is sent.
        let rows: Vec<String> = dump(&db).await.into_iter().filter(|row| !row.starts_with("audit ")).collect();
        for (what, rest) in [(ada.id.as_str(), 0), ("countess@example.com", 0), ("ada@example.com", 1), ("ADA@example.com", 0)] {
            let left: Vec<&String> = rows.iter().filter(|row| row.contains(what)).collect();
            assert!(left.len() == rest && left.iter().all(|row| row.starts_with("jobs ")), "{what}: {left:?}");
        }
        assert!(users::find(&db, &ada.id).await.unwrap().is_none());
        assert_eq!(lines(&db, "DELETED").await, [line("root@example.com", "deleted the account", "ada@example.com")]);
    }

    async fn an_admin_cannot_demote_close_or_delete_themselves(db: TestDb) {
        let (root, _other) = (admin(&db, "root@example.com").await, admin(&db, "other@example.com").await);
        assert_eq!(refusal(accounts::remove_role(&db, by(&root), &root, Role::Admin).await), Refusal::OwnAccount);
        assert_eq!(refusal(accounts::disable(&db, by(&root), &root).await), Refusal::OwnAccount);
        assert_eq!(refusal(accounts::delete(&db, by(&root), &root).await), Refusal::OwnAccount);
        assert!(again(&db, &root).await.is_admin());
        assert_eq!(audit::search(&db, "root", 1).await.unwrap().total, 1, "a refused change leaves no audit entry");
    }

    async fn one_admin_remains_when_two_demote_each_other_at_once(db: TestDb) {
        let (one, two) = (admin(&db, "one@example.com").await, admin(&db, "two@example.com").await);
        let (first, second) = tokio::join!(
            accounts::remove_role(&db, by(&one), &two, Role::Admin),
            accounts::disable(&db, by(&two), &one),
        );
        let refused = if first.is_ok() { second } else { first };
        assert_eq!(refusal(refused), Refusal::LastAdmin);
        let (left,): (i64,) = db.row(sql!("select count(*) from users where roles <> '' and disabled_at is null")).await.unwrap();
        assert_eq!(left, 1);
    }

    async fn the_audit_cannot_be_changed(db: TestDb) {
        admin(&db, "root@example.com").await;
        for statement in ["update audit set action = 'nothing'", "delete from audit"] {
            let error = db.execute(sql!(statement)).await.map(drop).unwrap_err();
            assert!(error.to_string().contains("append-only"), "{statement}");
            assert!(matches!(error, server::Error::Database(_)), "{error:?}");
        }
        assert_eq!(lines(&db, "root").await, [line("", "made an admin", "root@example.com")]);
    }

    async fn an_admin_changes_no_account_that_is_gone(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        accounts::delete(&db, OPERATOR, &ada).await.unwrap();
        let written = async || {
            let count = "select (select count(*) from audit) + (select count(*) from jobs)";
            db.row::<(i64,)>(sql!(count)).await.unwrap()
        };
        let before = written().await;
        for done in [
            accounts::disable(&db, OPERATOR, &ada).await,
            accounts::enable(&db, OPERATOR, &ada).await,
            accounts::set_password(&db, OPERATOR, &ada, NEW).await,
            accounts::delete(&db, OPERATOR, &ada).await,
        ] {
            assert_eq!(refusal(done), Refusal::AccountGone);
        }
        assert_eq!(written().await, before, "no line in the audit and no email");
    }

    async fn a_deletion_in_flight_is_refused_after_the_account_was_recovered_or_disabled(db: TestDb) {
        let before = person(&db, "ada@example.com").await;
        accounts::set_password(&db, OPERATOR, &before, NEW).await.unwrap();
        let disabled = person(&db, "eve@example.com").await;
        accounts::disable(&db, OPERATOR, &disabled).await.unwrap();
        for user in [&before, &disabled] {
            for grace in [Duration::ZERO, Duration::from_secs(86_400)] {
                let asked = accounts::request_deletion(&db, by(user), user, grace).await;
                assert_eq!(refusal(asked), Refusal::LoggedOut);
            }
            assert_eq!(again(&db, user).await.delete_at, None);
        }
    }

    async fn the_second_factor_stays_on_if_a_request_in_flight_turns_it_off_after_a_recovery(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        db.execute(sql!("update users set second_factor_at = 1")).await.unwrap();
        let login = Browser::of(&db, &again(&db, &ada).await).await.login().await;
        accounts::set_password(&db, OPERATOR, &ada, NEW).await.unwrap();
        accounts::two_factor::turn_off(&db, OPERATOR, &login).await.unwrap();
        assert_eq!(again(&db, &ada).await.second_factor_at, Some(1));
    }
}
