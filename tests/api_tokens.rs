//! The page of access tokens: what it creates, shows once and revokes, and which events end tokens.

use crate::browser::api::Program;
use crate::browser::end_reasons::people;
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;
use ui::brand::PERSONAL_TOKEN_PREFIX;

const ADA: &str = "ada@example.com";
const NEW: &str = "quiet-anchor-1815";
const FIELDS: [(&str, &str); 3] = [("name", "backup"), ("scopes", "read"), ("days", "7")];

async fn count(db: &TestDb) -> usize {
    tables::lines(db, "select name from api_tokens").await.len()
}

/// Presses the button behind the last email to this address.
async fn press_email_button(db: &TestDb, browser: &mut Browser, email: &str, fields: &[(&str, &str)]) {
    let smtp = FakeSmtp::open().await;
    smtp.deliver(db).await;
    let message = smtp.last_to(email);
    let token = message.token();
    let path = message.path().split('?').next().unwrap().to_owned();
    browser.post(&path, &[fields, &[("token", &token)]].concat()).await;
}

on_both_databases! {
    async fn a_new_token_is_shown_once_and_works(db: TestDb) {
        let (mut ada, program) = Program::of(&db, ADA, "read write").await;
        assert!(program.token.starts_with(PERSONAL_TOKEN_PREFIX), "{}", program.token);
        assert!(ada.page.contains("The token was created.") && ada.page.contains("not shown again"));
        assert_eq!(program.get("/api/account/me").await.json()["email"], ADA);
        assert!(!ada.page.contains("action=\"/theme\""), "the switch would load the page again, without the token");
        ada.get("/account/tokens").await;
        assert_eq!(ada.shown_token(), None);
        assert!(ada.page.contains("action=\"/theme\""), "{}", ada.page);
        assert!(ada.page.contains("backup") && ada.page.contains("may read and write") && ada.page.contains("used <time"), "{}", ada.page);
        let secret = program.token.strip_prefix(PERSONAL_TOKEN_PREFIX).unwrap();
        assert!(!tables::dump(&db).await.iter().any(|row| row.contains(secret)), "it is stored nowhere");
    }

    async fn a_token_waits_encrypted_and_for_its_owner_only(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        let answer = ada.ask("POST", "/account/tokens/create", &FORM, form(&FIELDS)).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/account/tokens"));
        assert!(!answer.body.contains(PERSONAL_TOKEN_PREFIX) && !tables::dump(&db).await.iter().any(|row| row.contains(PERSONAL_TOKEN_PREFIX)));
        ada.post("/logout", &[]).await;
        ada.sign_up("eve@example.com").await;
        ada.get("/account/tokens").await;
        assert_eq!(ada.shown_token(), None);
    }

    async fn without_tokens_the_page_says_so(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        ada.get("/account/tokens").await;
        assert!(ada.page.contains("No tokens") && ada.page.contains("Create the token"));
    }

    async fn wrong_values_come_back_with_their_errors(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        ada.post("/account/tokens/create", &[("name", " "), ("scopes", "admin"), ("days", "3650")]).await;
        assert_eq!(ada.path, "/account/tokens");
        for text in ["Please fill this in.", "Please choose what the token may do.", "Please choose a time from the list."] {
            assert!(ada.page.contains(text), "{text}");
        }
        ada.post("/account/tokens/create", &[("name", "backup")]).await;
        assert_eq!(count(&db).await, 0, "no expiry and no scope is not every scope for ever");
    }

    async fn a_new_token_needs_a_recent_password_a_form_token_and_a_confirmed_address(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        assert_eq!(ada.without_token().ask("POST", "/account/tokens/create", &SCRIPT, form(&FIELDS)).await.status, 403);
        assert_eq!(Browser::at(ada.site.clone()).ask("POST", "/account/tokens/create", &SCRIPT, form(&FIELDS)).await.status, 401);
        ada.site = site(&db, &[("UNVERIFIED_MAY", "most")]);
        assert_eq!(ada.ask("POST", "/account/tokens/create", &SCRIPT, form(&FIELDS)).await.status, 403);
        ada.get("/account/tokens").await;
        assert!(ada.page.contains("Confirm your address first") && !ada.page.contains("Create the token"));
        ada.site = site(&db, &[]);
        ada.get("/account/tokens").await;
        db.clock().advance(Duration::from_secs(16 * 60));
        assert_eq!(ada.ask("POST", "/account/tokens/create", &SCRIPT, form(&FIELDS)).await.status, 403);
        assert_eq!(count(&db).await, 0);
        ada.post("/account/tokens/create", &FIELDS).await;
        assert_eq!(ada.path, "/reauthenticate");
    }

    async fn a_form_that_is_sent_twice_makes_one_token(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        ada.get("/account/tokens").await;
        let token = ada.token.clone().unwrap();
        let body = form(&[&FIELDS[..], &[("csrf_token", &token)]].concat());
        let send = || ada.ask("POST", "/account/tokens/create", &FORM, body.clone());
        let (first, second) = tokio::join!(send(), send());
        assert_eq!((first.status, second.status, count(&db).await), (303, 303, 1));
    }

    async fn a_new_token_is_emailed_with_a_link_that_revokes_it_and_audited(db: TestDb) {
        let (mut ada, program) = Program::of(&db, ADA, "read").await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        let smtp = FakeSmtp::open().await;
        smtp.deliver(&db).await;
        let email = smtp.last_to(ADA);
        assert_eq!(email.subject, "An access token was created");
        assert!(email.text.contains("revokes all access tokens") && !email.raw.contains(PERSONAL_TOKEN_PREFIX), "{}", email.text);
        let (token, mut other) = (smtp.last_link_to(ADA, "/account/recover").token(), Browser::at(site(&db, &[])));
        other.post("/account/recover", &[("token", &token)]).await;
        assert!(program.get("/api/account/me").await.is_problem(401));
        ada.get("/account").await;
        let actions = tables::lines(&db, "select action || ' ' || subject_email from audit order by at, id").await;
        assert!(actions.contains(&format!("created an access token {ADA}")), "{actions:?}");
    }

    async fn a_user_revokes_an_own_token_and_no_other(db: TestDb) {
        let (mut ada, program) = Program::of(&db, ADA, "read").await;
        let (mut eve, eves) = Program::of(&db, "eve@example.com", "read").await;
        let id = tables::lines(&db, &format!("select t.id from api_tokens t join users u on u.id = t.user_id where u.email = '{ADA}'")).await.remove(0);
        eve.post("/account/tokens/revoke", &[("id", &id)]).await;
        assert_eq!(program.get("/api/account/me").await.status, 200);
        ada.post("/account/tokens/revoke", &[("id", &id)]).await;
        assert!(ada.path == "/account/tokens" && ada.page.contains("The token is revoked."), "{}", ada.page);
        assert!(program.get("/api/account/me").await.is_problem(401));
        assert_eq!(eves.get("/api/account/me").await.status, 200);
        ada.post("/account/tokens/revoke", &[("id", &id)]).await;
        assert_eq!(ada.path, "/account/tokens", "again is no error");
        let actions = tables::lines(&db, "select action || ' ' || subject_email from audit").await;
        assert_eq!(actions.iter().filter(|line| **line == format!("revoked an access token {ADA}")).count(), 1, "{actions:?}");
    }

    async fn the_export_names_tokens_without_their_hash(db: TestDb) {
        let (ada, program) = Program::of(&db, ADA, "read").await;
        let answer = ada.ask("POST", "/account/export", &FORM, "").await;
        let tokens = &answer.json()["api_tokens"];
        assert_eq!((&tokens[0]["name"], &tokens[0]["scopes"]), (&"backup".into(), &"read".into()));
        assert!(!answer.body.contains("hash") && !answer.body.contains(&program.token));
    }

    async fn each_event_ends_the_tokens_or_leaves_them_as_the_table_says(db: TestDb) {
        for (what, ends) in [
            ("log-out", false), ("all other devices ended", false), ("password changed", false), ("address changed", false),
            ("idle", false), ("password reset", true), ("recovered by a security email", true), ("old email address restored", true),
            ("unconfirmed account reset", true), ("leaving", true), ("account deleted", true),
        ] {
            let db = db.another().await;
            let mut people = people(&db).await;
            let (here, site) = (&mut people.here, site(&db, &[("DELETION_DAYS", "0")]));
            let programs = [here.create_token("read write").await, people.other.create_token("read").await];
            let programs = programs.map(|token| Program { site: here.site.clone(), token });
            let mut other = Browser::at(here.site.clone());
            match what {
                "log-out" => drop(here.post("/logout", &[]).await),
                "all other devices ended" => drop(here.post("/account/devices/end-others", &[]).await),
                "password changed" => drop(here.post("/account/password", &[("current_password", PASSWORD), ("new_password", NEW)]).await),
                "address changed" | "old email address restored" => {
                    here.post("/account/email", &[("email", "lovelace@example.com")]).await;
                    press_email_button(&db, here, "lovelace@example.com", &[]).await;
                    if what == "old email address restored" {
                        press_email_button(&db, &mut other, ADA, &[]).await;
                    }
                }
                "idle" => db.clock().advance(Duration::from_secs(86_400)),
                "password reset" | "unconfirmed account reset" => {
                    if what == "unconfirmed account reset" {
                        tables::write(&db, "update users set email_verified_at = null").await;
                    }
                    here.post("/forgot", &[("email", ADA)]).await;
                    let smtp = FakeSmtp::open().await;
                    smtp.deliver(&db).await;
                    let token = smtp.last_link_to(ADA, "/reset").token();
                    other.post("/reset", &[("token", &token), ("new_password", NEW)]).await;
                }
                "recovered by a security email" => press_email_button(&db, &mut other, ADA, &[]).await,
                "leaving" => drop(here.post("/account/delete", &[]).await),
                _ => {
                    here.site = site;
                    here.post("/account/delete", &[("password", PASSWORD)]).await;
                }
            }
            let statuses = [programs[0].get("/api/account/me").await.status, programs[1].get("/api/account/me").await.status];
            assert_eq!(statuses, [if ends { 401 } else { 200 }, 200], "{what}: {}", here.path);
        }
    }
}
