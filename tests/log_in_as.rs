//! The log-in of a developer as a seeded user. A release build lacks it: see `end2end/tests/emails.spec.ts`.
#![cfg(debug_assertions)]

use crate::browser::{Browser, FORM, PRODUCTION, form, site};
use server::on_both_databases;
use server::seed::{PEOPLE, seed};

const PATH: &str = "/dev/log-in";

on_both_databases! {
    async fn a_developer_logs_in_as_each_seeded_user_without_a_password(db: TestDb) {
        seed(&db).await.unwrap();
        for user in &PEOPLE {
            let mut developer = Browser::at(site(&db, &[]));
            assert_eq!(developer.get(PATH).await, 200);
            assert!(developer.page.contains(user.name), "{}", developer.page);
            developer.post(PATH, &[("email", user.email)]).await;
            assert_eq!(developer.path, "/dashboard");
            developer.get("/account").await;
            assert!(developer.page.contains(user.email), "{}", developer.page);
        }
    }

    async fn a_developer_cannot_log_in_as_a_user_who_is_not_seeded(db: TestDb) {
        Browser::at(site(&db, &[])).sign_up("ada@example.com").await;
        let mut developer = Browser::at(site(&db, &[]));
        for email in ["ada@example.com", PEOPLE[0].email, ""] {
            assert_eq!(developer.post(PATH, &[("email", email)]).await, 404, "{email}");
        }
        developer.get("/account").await;
        assert_eq!(developer.path, "/login");
    }

    async fn another_site_cannot_log_a_developer_in(db: TestDb) {
        seed(&db).await.unwrap();
        let developer = Browser::at(site(&db, &[]));
        let mut headers = FORM;
        headers[2].1 = "cross-site";
        let answer = developer.ask("POST", PATH, &headers, form(&[("email", PEOPLE[0].email)])).await;
        assert_eq!(answer.status, 403);
    }

    async fn in_production_no_user_logs_in_without_a_password(db: TestDb) {
        let anonymous = Browser::at(site(&db, &PRODUCTION));
        for method in ["GET", "POST"] {
            let body = form(&[("email", PEOPLE[0].email)]);
            assert_eq!(anonymous.ask(method, PATH, &FORM, body).await.status, 404, "{method}");
        }
        assert!(!anonymous.ask("GET", "/login", &FORM, "").await.body.contains(PATH));
    }
}
