//! Closed unless public, and /admin for admins: every page and every server function there is.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod browser;

use browser::{Browser, FORM, SCRIPT, form, site, tables};
use server::testing::TestDb;
use server::{on_both_databases, users};
use web::gate::PUBLIC;

/// Every page and every server function, as something to ask for.
fn doors() -> Vec<(&'static str, String)> {
    let id = server::Id::new().to_string();
    let pages = app::site_map().into_iter().map(|(path, _)| ("GET", path.to_owned()));
    let actions = app::actions::action_paths().map(|path| ("POST", path.to_owned()));
    let mut doors: Vec<_> =
        pages.chain(actions).filter(|(_, path)| !PUBLIC.contains(&path.as_str())).collect();
    doors.iter_mut().for_each(|(_, path)| *path = path.replace("{id}", &id));
    assert!(doors.len() > 10, "{doors:?}");
    doors
}

fn admins_doors() -> Vec<(&'static str, String)> {
    let doors: Vec<_> = doors().into_iter().filter(|(_, path)| path.starts_with("/admin")).collect();
    assert!(["GET", "POST"].iter().all(|method| doors.iter().any(|(one, _)| one == method)), "{doors:?}");
    doors
}

async fn member_and_admin(db: &TestDb) -> (Browser, Browser) {
    let (mut member, mut admin) = (Browser::at(site(db, &[])), Browser::at(site(db, &[])));
    member.sign_up("member@example.com").await;
    admin.sign_up("admin@example.com").await;
    assert!(users::grant_admin(db, "admin@example.com").await.unwrap());
    (member, admin)
}

/// Fields that would do something if the door were open: every session and user there is.
async fn tempting_forms(db: &TestDb) -> Vec<String> {
    let mut forms = vec![String::new(), "%%%=%FF".to_owned()];
    for id in tables::lines(db, "select id from sessions union all select id from users").await {
        forms.push(form(&[("id", &id), ("user_id", &id)]));
    }
    forms
}

on_both_databases! {
    async fn without_a_log_in_a_browser_is_sent_to_the_log_in(db: TestDb) {
        let stranger = Browser::at(site(&db, &[]));
        for (method, path) in doors() {
            let answer = stranger.ask(method, &path, &FORM, "").await;
            assert_eq!((answer.status, answer.header("location")), (303, "/login"), "{method} {path}");
            assert_eq!(answer.body, "", "{method} {path}");
        }
    }

    async fn without_a_log_in_a_script_is_refused_in_json(db: TestDb) {
        let stranger = Browser::at(site(&db, &[]));
        for (method, path) in doors() {
            let answer = stranger.ask(method, &path, &SCRIPT, "").await;
            assert_eq!(answer.status, 401, "{method} {path}");
            assert_eq!(answer.header("content-type"), "application/json");
            assert_eq!(answer.header("set-cookie"), "", "{method} {path}");
            assert!(answer.body.contains("\"LoggedOut\""), "{}", answer.body);
        }
    }

    async fn a_revoked_log_in_opens_no_door(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        tables::write(&db, "delete from sessions").await;
        let before = tables::lasting(&db).await;
        for (method, path) in doors() {
            assert_eq!(browser.ask(method, &path, &SCRIPT, "name=Eve&title=a&body=b").await.status, 401, "{method} {path}");
        }
        assert_eq!(tables::lasting(&db).await, before);
    }

    async fn a_plain_user_is_refused_at_every_door_of_the_admins_before_anything_happens(db: TestDb) {
        let (member, _admin) = member_and_admin(&db).await;
        let before = (tables::lasting(&db).await, tables::sessions(&db).await);
        for (method, path) in admins_doors() {
            for headers in [FORM, SCRIPT] {
                for fields in tempting_forms(&db).await {
                    let answer = member.ask(method, &path, &headers, fields).await;
                    assert_eq!(answer.status, 403, "{method} {path}");
                    assert!(!answer.body.contains("admin@example.com"), "{method} {path}");
                    assert_eq!(answer.header("set-cookie"), "", "{method} {path}");
                }
            }
        }
        assert_eq!((tables::lasting(&db).await, tables::sessions(&db).await), before);
    }

    async fn an_admin_gets_in_and_stays_out_when_no_admin_any_more(db: TestDb) {
        let (_member, admin) = member_and_admin(&db).await;
        for (method, path) in admins_doors() {
            let status = admin.ask(method, &path, &FORM, "").await.status;
            assert!(![303, 401, 403].contains(&status), "{method} {path} answered {status}");
        }
        tables::write(&db, "update users set is_admin = false").await;
        for (method, path) in admins_doors() {
            assert_eq!(admin.ask(method, &path, &FORM, "").await.status, 403, "{method} {path}");
        }
    }

    async fn no_spelling_of_an_admins_path_gets_around_the_gate(db: TestDb) {
        let (member, _admin) = member_and_admin(&db).await;
        let stranger = Browser::at(site(&db, &[]));
        for path in [
            "/admin/", "//admin", "/Admin", "/ADMIN/users", "/%61dmin", "/admin%2Fusers", "/admin/users/", "/admin//users",
            "/./admin", "/login/../admin", "/admin/users/..", "/admin;a=b", "/admin%00", "/admin?x=/login", "/%2e/admin",
        ] {
            for browser in [&member, &stranger] {
                let answer = browser.ask("GET", path, &FORM, "").await;
                assert!([303, 403, 404].contains(&answer.status), "{path} answered {}", answer.status);
                assert!(!answer.body.contains("admin@example.com"), "{path}");
            }
        }
    }

    async fn no_other_method_gets_around_the_gate(db: TestDb) {
        let (member, _admin) = member_and_admin(&db).await;
        let stranger = Browser::at(site(&db, &[]));
        for method in ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"] {
            for (_, path) in admins_doors() {
                let status = member.ask(method, &path, &FORM, "").await.status;
                assert!([403, 405].contains(&status), "{method} {path} answered {status}");
            }
            for (_, path) in doors() {
                let status = stranger.ask(method, &path, &SCRIPT, "").await.status;
                assert!([401, 405].contains(&status), "{method} {path} answered {status}");
            }
        }
    }

    async fn headers_that_proxies_set_get_nobody_in(db: TestDb) {
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
}
