//! Invalid bodies to every server function: no 500 and no change.

use crate::browser::routes::{actions, pages_of_admins};
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use axum::body::Body;
use server::on_both_databases;
use server::testing::TestDb;

/// Every field of the product's forms.
const FIELDS: [&str; 11] = [
    "id",
    "user_id",
    "name",
    "email",
    "title",
    "body",
    "password",
    "current_password",
    "new_password",
    "remember",
    "token",
];

/// Server functions that need no field.
const WITHOUT_FIELDS: [&str; 3] =
    ["/account/two-factor/enrol", "/admin/sessions/revoke-all", "/verify/resend"];

/// An admin, who may use every route.
async fn admin(db: &TestDb) -> Browser {
    let mut admin = Browser::at(site(db, &[("MAGIC_LINKS", "true")]));
    admin.sign_up("admin@example.com").await;
    admin.become_admin(db, "admin@example.com").await;
    admin
}

/// A body with every field set to `value`, which is already encoded.
fn all_fields(value: &str) -> Vec<u8> {
    FIELDS.map(|field| format!("{field}={value}")).join("&").into_bytes()
}

/// Sends a body to every server function. Only log-ins may change: a log-out needs no field.
async fn send_to_all(browser: &mut Browser, db: &TestDb, kind: Option<&str>, body: &[u8], before: &[String]) {
    let what = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
    // The format of the response does not depend on the body, so each body is sent in one of the two.
    let accept = if body.len().is_multiple_of(2) { FORM[0] } else { SCRIPT[0] };
    for path in actions().into_iter().filter(|path| !WITHOUT_FIELDS.contains(path)) {
        let mut headers = vec![accept, FORM[2]];
        headers.extend(kind.map(|kind| ("content-type", kind)));
        let answer = browser.ask("POST", path, &headers, Body::from(body.to_vec())).await;
        assert!(answer.status < 500 && answer.status != 403, "{path} answered {} to {what}", answer.status);
        if tables::sessions(db).await.is_empty() {
            // `ask` keeps no cookie, so this browser has the one from before the log-out.
            (browser.cookie, browser.token) = (None, None);
            browser.log_in("admin@example.com", PASSWORD).await;
        }
    }
    assert_eq!(tables::snapshot(db).await, before, "{what}");
}

const URL_ENCODED: Option<&str> = Some("application/x-www-form-urlencoded");

on_both_databases! {
    async fn a_body_that_is_not_a_form_changes_nothing(db: TestDb) {
        let mut browser = admin(&db).await;
        let before = tables::snapshot(&db).await;
        let bodies: [&[u8]; 12] = [
            b"", b"&&&", b"=", b"%", b"%%%=%zz", b"\xff\xfe\xfd", b"title=\xff&body=\xff&name=\xff", b"\0", b"<xml/>",
            b"title[a]=b&body[]=c&id[a][b][c]=d&name[]=e", b"--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\na\r\n--x--",
            b"{\"id\":1,\"title\":\"a\",\"body\":\"b\",\"name\":\"c\"}",
        ];
        for body in bodies {
            send_to_all(&mut browser, &db, URL_ENCODED, body, &before).await;
        }
    }

    async fn a_body_of_another_content_type_changes_nothing(db: TestDb) {
        let mut browser = admin(&db).await;
        let before = tables::snapshot(&db).await;
        let json = b"{\"id\":\"1\",\"title\":\"a\",\"body\":\"b\",\"name\":\"Eve\",\"is_admin\":true}";
        let kinds = ["application/json", "multipart/form-data; boundary=x", "text/plain", "application/octet-stream", "", "a\tb"];
        for kind in kinds.map(Some).into_iter().chain([None]) {
            send_to_all(&mut browser, &db, kind, json, &before).await;
        }
    }

    async fn missing_or_repeated_fields_change_nothing(db: TestDb) {
        let mut browser = admin(&db).await;
        let before = tables::snapshot(&db).await;
        let twice = [all_fields("fine"), all_fields("fine")].join(&b'&');
        send_to_all(&mut browser, &db, URL_ENCODED, &twice, &before).await;
        for only in ["name2", "Title", "body", "title", "id", "password", "new_password", "email"] {
            send_to_all(&mut browser, &db, URL_ENCODED, format!("{only}=fine").as_bytes(), &before).await;
        }
    }

    async fn control_characters_and_invalid_utf8_change_nothing(db: TestDb) {
        let mut browser = admin(&db).await;
        let before = tables::snapshot(&db).await;
        for value in ["%00", "a%00b", "%1b%5b31m", "a%0d%0aSet-Cookie:%20a=b", "%FF%FE", "%C0%80", "%ED%A0%80"] {
            let mut body = all_fields(value);
            if value.starts_with("%FF") || value.starts_with("%C0") || value.starts_with("%ED") {
                // Such bytes become the replacement character, which a title may contain: leave the titles out.
                body = FIELDS.map(|field| if field == "title" || field == "name" { format!("{field}=") } else { format!("{field}={value}") })
                    .join("&").into_bytes();
            }
            send_to_all(&mut browser, &db, URL_ENCODED, &body, &before).await;
        }
    }

    async fn huge_fields_change_nothing(db: TestDb) {
        let mut browser = admin(&db).await;
        let before = tables::snapshot(&db).await;
        for size in [20_000, 300_000] {
            send_to_all(&mut browser, &db, URL_ENCODED, &all_fields(&"x".repeat(size)), &before).await;
        }
        let many = "a=b&".repeat(20_000);
        send_to_all(&mut browser, &db, URL_ENCODED, many.as_bytes(), &before).await;
        let deep = format!("title{}=x&body=y", "[a]".repeat(10_000));
        send_to_all(&mut browser, &db, URL_ENCODED, deep.as_bytes(), &before).await;
    }

    async fn unknown_fields_have_no_effect(db: TestDb) {
        let mut victim = Browser::at(site(&db, &[]));
        victim.sign_up("victim@example.com").await;
        let victims = tables::lines(&db, "select id from users").await.remove(0);
        let mut browser = Browser::with_form(site(&db, &[])).await;
        let extra = [("is_admin", "true"), ("is_admin", "1"), ("admin", "on"), ("role", "admin"), ("user[is_admin]", "true"),
            ("id", &victims), ("user_id", &victims), ("owner", &victims), ("created_at", "0"), ("password_hash", "x")];
        let with = |own: &[(&'static str, &'static str)]| form(&[own, &extra.map(|(name, value)| (name, value))].concat());
        let own: [(&str, &[(&str, &str)]); 3] = [
            ("/signup", &[("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)]),
            ("/login", &[("email", "eve@example.com"), ("password", PASSWORD)]),
            ("/account", &[("name", "Eve")]),
        ];
        for (path, fields) in own {
            let answer = browser.ask("POST", path, &FORM, with(fields)).await;
            assert!(answer.status < 500, "{path} answered {}", answer.status);
            if path == "/signup" {
                browser.sign_up("eve@example.com").await; // in case the form with extra fields was refused
                browser.log_in("eve@example.com", PASSWORD).await;
            }
        }
        assert!(tables::lines(&db, "select email from users where roles <> ''").await.is_empty());
        assert_eq!(tables::lines(&db, "select name from users where email = 'victim@example.com'").await, ["Ada"]);
    }

    async fn odd_query_strings_still_show_a_page(db: TestDb) {
        let browser = admin(&db).await;
        let long = format!("q={}", "%25".repeat(20_000));
        for query in ["page=0", "page=-1", "page=99999999999999999999", "page=9223372036854775807", "page=a", "page=1&page=2", "q=%00", "q=%FF", "q=%25%5C_",
            "sort=", "sort=%27;drop", "q[]=a", "q", "&&=&", "%", &long] {
            for path in pages_of_admins().into_iter().filter(|path| !path.contains('{')) {
                let answer = browser.ask("GET", &format!("{path}?{query}"), &FORM, "").await;
                assert!([200, 303].contains(&answer.status), "{path}?{query:.40} answered {}", answer.status);
            }
        }
    }
}
