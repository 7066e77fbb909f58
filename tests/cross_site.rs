//! Cross-site forms: every server function refuses them, and nothing changes.

use crate::browser::routes::actions;
use crate::browser::{Browser, PASSWORD, form, site, tables};
use server::on_both_databases;
use server::testing::TestDb;

/// Headers of cross-site forms, of old and new browsers.
const ELSEWHERE: [&[(&str, &str)]; 7] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:3000"), ("host", "localhost:3000")],
    &[("origin", "https://evil.example"), ("host", "localhost:3000")],
    &[("origin", "http://localhost:3000.evil.example"), ("host", "localhost:3000")],
    &[("origin", "http://evil.localhost:3000"), ("host", "localhost:3000")],
    &[("origin", "null"), ("host", "localhost:3000")],
];

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// An admin with a second session, and for each row a form with every field that any server function takes: only its
/// origin is wrong.
async fn admin_and_forms(db: &TestDb) -> (Browser, Vec<String>) {
    let mut admin = Browser::at(site(db, &[]));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    let mut elsewhere = Browser::at(site(db, &[]));
    elsewhere.log_in("admin@example.com", PASSWORD).await;
    let ids = tables::lines(db, "select id from sessions").await;
    let forms = ids.into_iter().map(|id| form_about(db, id));
    let mut all = Vec::new();
    for form in forms {
        all.push(form.await);
    }
    (admin, all)
}

async fn form_about(db: &TestDb, id: String) -> String {
    let user = tables::lines(db, "select id from users").await.remove(0);
    form(&[
        ("id", &id),
        ("user_id", &user),
        ("name", "Eve"),
        ("email", "eve@example.com"),
        ("title", "Taken"),
        ("body", "over"),
        ("password", "quiet-anchor-1815"),
        ("current_password", PASSWORD),
        ("new_password", "quiet-anchor-1815"),
    ])
}

async fn everything(db: &TestDb) -> (Vec<String>, Vec<String>) {
    (tables::snapshot(db).await, tables::sessions(db).await)
}

on_both_databases! {
    async fn a_cross_site_form_is_refused_by_every_server_function(db: TestDb) {
        let (admin, forms) = admin_and_forms(&db).await;
        let before = everything(&db).await;
        for path in actions() {
            for elsewhere in ELSEWHERE {
                for accept in ["text/html", "application/json"] {
                    let headers = [elsewhere, &[FORM, ("accept", accept)]].concat();
                    for form in &forms {
                        let answer = admin.ask("POST", path, &headers, form.clone()).await;
                        assert_eq!(answer.status, 403, "{path} with {headers:?}");
                        assert_eq!(answer.header("set-cookie"), "", "{path} with {headers:?}");
                    }
                }
            }
        }
        assert_eq!(everything(&db).await, before);
    }

    async fn another_site_cannot_log_a_visitor_in(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let victim = Browser::at(site(&db, &[]));
        let before = everything(&db).await;
        for elsewhere in ELSEWHERE {
            let headers = [elsewhere, &[FORM]].concat();
            for path in ["/login", "/signup"] {
                let fields = form(&[("email", "ada@example.com"), ("name", "Eve"), ("password", PASSWORD)]);
                let answer = victim.ask("POST", path, &headers, fields).await;
                assert_eq!((answer.status, answer.header("set-cookie")), (403, ""), "{path} with {headers:?}");
            }
        }
        assert_eq!(everything(&db).await, before);
    }

    async fn a_same_origin_form_is_accepted(db: TestDb) {
        let own: [&[(&str, &str)]; 3] = [
            &[("sec-fetch-site", "same-origin")],
            &[("origin", "http://localhost:3000"), ("host", "localhost:3000")],
            &[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:3000"), ("host", "localhost:3000")],
        ];
        let (admin, _) = admin_and_forms(&db).await;
        for (number, headers) in own.into_iter().enumerate() {
            let before = everything(&db).await;
            let headers = [headers, &[FORM, ("accept", "text/html")]].concat();
            let name = format!("Ada {number}");
            let answer = admin.ask("POST", "/account", &headers, form(&[("name", &name)])).await;
            assert_eq!(answer.status, 303, "{headers:?}");
            assert_ne!(everything(&db).await, before, "{headers:?}");
        }
    }

    async fn a_link_from_another_site_keeps_the_log_in(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("accept", "text/html")];
        let answer = browser.ask("GET", "/account", &link, "").await;
        assert_eq!(answer.status, 200);
    }

    async fn a_get_request_cannot_run_a_server_function(db: TestDb) {
        let (admin, forms) = admin_and_forms(&db).await;
        let before = everything(&db).await;
        for path in actions() {
            for form in &forms {
                let answer = admin.ask("GET", &format!("{path}?{form}"), &[("accept", "text/html")], form.clone()).await;
                assert!([200, 303, 404, 405].contains(&answer.status), "{path} answered {}", answer.status);
            }
        }
        assert_eq!(everything(&db).await, before);
    }

    async fn no_page_may_be_framed_or_read_by_another_site(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        for path in ["/", "/dashboard", "/login", "/account"] {
            let answer = browser.ask("GET", path, &[("accept", "text/html"), ("origin", "https://evil.example")], "").await;
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}
