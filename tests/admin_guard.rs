//! Only admins may use /admin: every page and every server function.

use crate::browser::routes::{Access, requests};
use crate::browser::{Browser, FORM, SCRIPT, form, site, tables};
use server::on_both_databases;
use server::testing::TestDb;
use server::users::Role;

fn admin_routes() -> Vec<(&'static str, String)> {
    requests(|rule| rule.access == Access::Role(Role::Admin))
}

async fn member_and_admin(db: &TestDb) -> (Browser, Browser) {
    let (mut member, mut admin) = (Browser::at(site(db, &[])), Browser::at(site(db, &[])));
    member.sign_up("member@example.com").await;
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    (member, admin)
}

/// Fields that would take effect without the guard: the ids of all sessions and users.
async fn forms_with_all_ids(db: &TestDb) -> Vec<String> {
    let mut forms = vec![String::new(), "%%%=%FF".to_owned()];
    for id in tables::lines(db, "select id from sessions union all select id from users").await {
        forms.push(form(&[("id", &id), ("user_id", &id)]));
    }
    forms
}

on_both_databases! {
    async fn a_plain_user_is_refused_on_every_admin_route_without_effect(db: TestDb) {
        let (member, _admin) = member_and_admin(&db).await;
        let before = (tables::snapshot(&db).await, tables::sessions(&db).await);
        for (method, path) in admin_routes() {
            for headers in [FORM, SCRIPT] {
                for fields in forms_with_all_ids(&db).await {
                    let answer = member.ask(method, &path, &headers, fields).await;
                    assert_eq!(answer.status, 403, "{method} {path}");
                    assert!(!answer.body.contains("admin@example.com"), "{method} {path}");
                    assert_eq!(answer.header("set-cookie"), "", "{method} {path}");
                }
            }
        }
        assert_eq!((tables::snapshot(&db).await, tables::sessions(&db).await), before);
    }

    async fn a_former_admin_is_refused(db: TestDb) {
        let (_member, admin) = member_and_admin(&db).await;
        // This one also logs the admin out, so later requests would be refused.
        for (method, path) in admin_routes().into_iter().filter(|(_, path)| path != "/admin/sessions/revoke-all") {
            let status = admin.ask(method, &path, &FORM, "").await.status;
            assert!(![303, 401, 403].contains(&status), "{method} {path} answered {status}");
        }
        tables::write(&db, "update users set roles = ''").await;
        for (method, path) in admin_routes() {
            assert_eq!(admin.ask(method, &path, &FORM, "").await.status, 403, "{method} {path}");
        }
    }

    async fn no_spelling_of_an_admin_path_bypasses_the_guard(db: TestDb) {
        let (member, _admin) = member_and_admin(&db).await;
        let anonymous = Browser::at(site(&db, &[]));
        for path in [
            "/admin/", "//admin", "/Admin", "/ADMIN/users", "/%61dmin", "/admin%2Fusers", "/admin/users/", "/admin//users",
            "/./admin", "/login/../admin", "/admin/users/..", "/admin;a=b", "/admin%00", "/admin?x=/login", "/%2e/admin",
        ] {
            for browser in [&member, &anonymous] {
                let answer = browser.ask("GET", path, &FORM, "").await;
                assert!([303, 403, 404].contains(&answer.status), "{path} answered {}", answer.status);
                assert!(!answer.body.contains("admin@example.com"), "{path}");
            }
        }
    }

    async fn no_other_method_gives_a_plain_user_admin_access(db: TestDb) {
        let (member, _admin) = member_and_admin(&db).await;
        for method in ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"] {
            for (_, path) in admin_routes() {
                let status = member.ask(method, &path, &FORM, "").await.status;
                assert!([403, 405].contains(&status), "{method} {path} answered {status}");
            }
        }
    }

    async fn proxy_headers_give_no_admin_access(db: TestDb) {
        let (member, _admin) = member_and_admin(&db).await;
        for (name, value) in [
            ("x-original-url", "/login"), ("x-rewrite-url", "/login"), ("x-forwarded-prefix", "/login"),
            ("x-http-method-override", "GET"), ("x-forwarded-for", "127.0.0.1"), ("x-forwarded-user", "admin@example.com"),
            ("authorization", "Basic YWRtaW46YWRtaW4="), ("host", "localhost"),
        ] {
            let answer = member.ask("GET", "/admin/users", &[("accept", "text/html"), (name, value)], "").await;
            assert_eq!(answer.status, 403, "{name}: {value}");
        }
    }

    async fn the_page_of_an_unknown_user_is_404(db: TestDb) {
        let (_member, admin) = member_and_admin(&db).await;
        let no_ids = ["1", "null", "00000000-0000-0000-0000-00000000000g", "'%20or%201=1", "%00"];
        let unknown = server::Id::<server::User>::new().to_string();
        for id in no_ids.into_iter().chain([unknown.as_str()]) {
            let answer = admin.ask("GET", &format!("/admin/users/{id}"), &SCRIPT, "").await;
            assert_eq!((answer.status, answer.body.contains("\"NotFound\"")), (404, true), "{id}");
        }
    }

    async fn a_path_that_is_not_utf8_is_a_bad_request(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        browser.become_admin(&db, "ada@example.com").await;
        for headers in [FORM, SCRIPT] {
            let answer = browser.ask("GET", "/admin/users/%FF%FE", &headers, "").await;
            assert!((400..500).contains(&answer.status), "{}", answer.status);
            if headers == FORM {
                assert!(answer.body.contains(&format!(">{}</p>", answer.status)), "the page shows another number");
            }
        }
    }
}
