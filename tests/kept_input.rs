//! The input of a refused form: a page says that it is kept only if something was typed, and shows it then.

use crate::browser::authenticator::add_passkey;
use crate::browser::press::hidden_fields;
use crate::browser::routes::pages;
use crate::browser::{Browser, FORM, PASSWORD, form, site, tables};
use server::testing::TestDb;
use server::{on_both_databases, on_sqlite};

const ADA: &str = "ada@example.com";
const KEPT: &str = "What you typed is kept";

/// A page, the path of one of its forms, what is typed into it, and whether that is kept.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)], bool);

const CASES: [Case; 6] = [
    ("/account", "/account", &[("name", "Ada the Second")], true),
    ("/account/passkeys", "/account/passkeys/rename", &[("new_name", "Her laptop")], true),
    ("/account/passkeys", "/account/passkeys/remove", &[], false),
    ("/account/devices", "/account/devices/end", &[], false),
    ("/account/two-factor", "/account/two-factor/enrol", &[], false),
    // The form names its user for password managers.
    ("/reauthenticate", "/reauthenticate", &[("password", PASSWORD)], false),
];

/// A user with a passkey.
async fn ada(db: &TestDb) -> Browser {
    let mut ada = Browser::at(site(db, &[]));
    ada.sign_up(ADA).await;
    add_passkey(&mut ada).await;
    ada
}

/// Opens the page in this browser while another one is logged in.
async fn open(db: &TestDb, ada: &mut Browser, page: &str) {
    Browser::at(site(db, &[])).log_in(ADA, PASSWORD).await;
    ada.get(page).await;
    assert_eq!(ada.path, page);
}

on_both_databases! {
    async fn after_the_session_ended_only_what_was_typed_is_said_to_be_kept(db: TestDb) {
        let mut ada = ada(&db).await;
        for (page, action, typed, is_kept) in CASES {
            open(&db, &mut ada, page).await;
            tables::write(&db, "delete from sessions").await;
            ada.press(action, typed).await;
            assert!(ada.path == "/login" && ada.page.contains("You were logged out."), "{action}: {}", ada.page);
            assert_eq!(ada.page.contains(KEPT), is_kept, "{action}");
            ada.log_in(ADA, PASSWORD).await;
            assert_eq!(ada.path, page);
            let is_shown = typed.iter().any(|(_, value)| ada.page.contains(&format!("value=\"{value}\"")));
            assert_eq!(is_shown, is_kept, "{action}: {}", ada.page);
        }
    }

    async fn the_page_of_an_expired_form_says_that_text_is_kept_only_if_it_is(db: TestDb) {
        let mut ada = ada(&db).await;
        for (page, action, typed, is_kept) in CASES {
            open(&db, &mut ada, page).await;
            ada.token = Some("of yesterday".into());
            assert_eq!(ada.press(action, typed).await, 403, "{action}");
            assert!(ada.page.contains("This form has expired"), "{action}: {}", ada.page);
            assert_eq!(ada.page.contains(KEPT), is_kept, "{action}: {}", ada.page);
        }
        let fields = form(&[("name", "Ada the Second")]);
        let page = ada.without_token().ask("POST", "/account", &FORM, fields).await;
        assert!(page.body.contains("This form has expired"), "{}", page.body);
        assert!(!page.body.contains(KEPT), "the browser does not say of which page the form is");
    }

    async fn over_the_rate_limit_of_session_data_the_page_shows_the_text_in_place_of_a_promise(db: TestDb) {
        db.clock().stop();
        let typed = [("name", "Grace"), ("email", "grace@example.com"), ("password", PASSWORD)];
        for is_full in [false, true] {
            let mut visitor = Browser::at(site(&db, &[]));
            visitor.get("/signup").await;
            visitor.token = Some("of yesterday".into());
            assert_eq!(visitor.press("/signup", &typed).await, 403);
            assert_eq!(visitor.page.contains(KEPT), !is_full, "{}", visitor.page);
            assert_eq!(visitor.page.contains("grace@example.com"), is_full, "{}", visitor.page);
            assert_eq!(visitor.page.contains("Copy it before you leave this page."), is_full);
            assert!(!visitor.page.contains(PASSWORD));
            tables::write(&db, "update rate_limits set empty_at = empty_at + 2000000").await;
        }
    }

    async fn a_button_that_is_pressed_too_often_promises_no_typed_text(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        let mut status = 200;
        for _ in 0..20 {
            ada.get("/verify").await;
            status = ada.press("/verify/resend", &[]).await;
            if status == 429 {
                break;
            }
        }
        assert_eq!(status, 429);
        assert!(ada.page.contains("Back to the form") && !ada.page.contains(KEPT), "{}", ada.page);
    }

    async fn a_button_does_not_replace_the_text_that_is_kept_for_its_page(db: TestDb) {
        let mut ada = ada(&db).await;
        open(&db, &mut ada, "/account/passkeys").await;
        let page = ada.page.clone();
        tables::write(&db, "delete from sessions").await;
        let typed: [&[(&str, &str)]; 2] = [&[("name", "Her laptop")], &[]];
        for (action, typed) in ["/account/passkeys/add", "/account/passkeys/remove"].into_iter().zip(typed) {
            (ada.path, ada.page) = ("/account/passkeys".into(), page.clone());
            ada.press(action, typed).await;
            assert_eq!(ada.path, "/login", "{action}");
        }
        ada.log_in(ADA, PASSWORD).await;
        assert!(ada.path == "/account/passkeys" && ada.page.contains("value=\"Her laptop\""), "{}", ada.page);
    }

    async fn a_new_name_that_is_refused_is_shown_again_beside_its_passkey(db: TestDb) {
        let mut ada = ada(&db).await;
        add_passkey(&mut ada).await;
        let long = "x".repeat(61);
        ada.press("/account/passkeys/rename", &[("new_name", &long)]).await;
        assert!(ada.page.contains("Please use at most 60 characters"), "{}", ada.page);
        assert_eq!(ada.page.matches(&format!("value=\"{long}\"")).count(), 1, "{}", ada.page);
        assert_eq!(ada.page.matches("value=\"My phone\"").count(), 1, "the other one has its own name");
    }
}

on_sqlite! {
    async fn every_hidden_field_says_that_it_is_hidden(db: TestDb) {
        let mut ada = ada(&db).await;
        ada.become_admin(&db, ADA).await;
        let anonymous = Browser::at(site(&db, &[]));
        Browser::at(site(&db, &[])).log_in(ADA, PASSWORD).await;
        let id = tables::lines(&db, "select id from users").await.remove(0);
        let mut found = 0;
        for path in pages() {
            for browser in [&ada, &anonymous] {
                let page = browser.ask("GET", &path.replace("{id}", &id), &FORM, "").await.body;
                for form in page.split("<form ").skip(1).filter(|form| form.starts_with("method=\"post\"")) {
                    let names: Vec<_> = hidden_fields(form).into_iter().map(|(name, _)| name).collect();
                    let (marks, fields): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.ends_with(":hidden"));
                    for name in fields.into_iter().filter(|name| *name != "token") {
                        assert!(marks.contains(&&format!("{name}:hidden")), "{name} on {path}: {form:.300}");
                        found += 1;
                    }
                }
            }
        }
        assert!(found > 5, "{found}");
    }
}
