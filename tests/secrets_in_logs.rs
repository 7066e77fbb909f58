//! The real program with its log at `trace`: the log contains no secret, not even one repeated by a mail server.

use crate::browser::tables;
use crate::fake_smtp::{Behavior, FakeSmtp};
use crate::processes::client::{Client, PASSWORD};
use crate::processes::{Node, SOON};
use server::config::for_tests::SECRETS;
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Instant;

const ADA: &str = "ada@example.com";
const SMTP_PASSWORD: &str = "lighthouse%2Fkeeper";
const NEW_PASSWORD: &str = "quiet-anchor-1815";
const WRONG_PASSWORD: &str = "stormy-petrel-2304";
const DATABASE_PASSWORD: &str = "harbour-master-9";

/// The database URL with a password in it, if it may have one.
fn with_password(db: &TestDb) -> String {
    let url = db.setting();
    match url.split_once('@') {
        Some((user, host)) => {
            let name = user.trim_start_matches("postgres://").split(':').next().unwrap();
            format!("postgres://{name}:{DATABASE_PASSWORD}@{host}")
        }
        None => url,
    }
}

/// The last email, once there are this many.
async fn wait_for_email(smtp: &FakeSmtp, number: usize, node: &Node) -> crate::fake_smtp::Received {
    let began = Instant::now();
    while smtp.emails().len() < number {
        assert!(began.elapsed() < SOON, "no email arrived:\n{}", node.log());
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    smtp.emails().remove(number - 1)
}

fn assert_no_secret(log: &str, secrets: &[String]) {
    assert!(log.contains("TRACE") && log.contains("DEBUG"), "the log is too short");
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert!(secret.len() > 5 && line.is_none(), "{secret}: {line:?}");
    }
}

/// Secrets that every test uses.
fn settings() -> Vec<String> {
    let typed = ["lighthouse/keeper", "AG1haWxlcgBsaWdodGhvdXNlL2tlZXBlcg", "bGlnaHRob3VzZS9rZWVwZXI"];
    [SECRETS[0], SMTP_PASSWORD, DATABASE_PASSWORD, PASSWORD, NEW_PASSWORD, WRONG_PASSWORD]
        .into_iter()
        .chain(typed)
        .map(str::to_owned)
        .collect()
}

on_both_databases! {
    async fn the_log_at_trace_level_contains_no_secret(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let (smtp_url, mut secrets) = (smtp.url_with(SMTP_PASSWORD), settings());
        let changes = [("RUST_LOG", "trace,lettre=trace,axum=trace"), ("SMTP_URL", smtp_url.as_str()), ("MAGIC_LINKS", "true")];
        let node = Node::start_on(&with_password(&db), &changes).await;
        let mut ada = Client::at(node.address);
        let mut keep = |client: &Client| secrets.extend(client.cookies.values().flat_map(|value| value.split('=')).map(str::to_owned).filter(|part| part.len() > 20));
        ada.post("/signup", &[("name", "Ada"), ("email", ADA), ("password", PASSWORD)]).await.unwrap();
        keep(&ada);
        let verify = wait_for_email(&smtp, 1, &node).await;
        ada.open(&verify.path()).await.unwrap();
        ada.post("/verify", &[("token", &verify.token())]).await.unwrap();
        ada.post("/login", &[("email", ADA), ("password", WRONG_PASSWORD)]).await.unwrap();
        ada.log_in(ADA).await.unwrap();
        assert_eq!(ada.open("/account").await.unwrap().status, 200);
        keep(&ada);
        ada.post("/reauthenticate", &[("password", PASSWORD), ("code", "")]).await.unwrap();
        ada.post("/account", &[("wrong", NEW_PASSWORD)]).await.unwrap();
        keep(&ada);
        let mut forgetful = Client::at(node.address);
        forgetful.post("/forgot", &[("email", ADA)]).await.unwrap();
        let reset = wait_for_email(&smtp, 2, &node).await;
        forgetful.open(&reset.path()).await.unwrap();
        forgetful.post("/reset", &[("token", &reset.token()), ("new_password", NEW_PASSWORD)]).await.unwrap();
        wait_for_email(&smtp, 3, &node).await;
        forgetful.post("/login/mail", &[("email", ADA)]).await.unwrap();
        let link = wait_for_email(&smtp, 4, &node).await;
        let (_, rest) = link.text.split_once("where you asked for it: ").expect("a code");
        let spaced = rest.lines().next().unwrap();
        let code = spaced.replace(' ', "");
        forgetful.post("/login/mail/code", &[("code", &code)]).await.unwrap();
        keep(&forgetful);
        let sessions = tables::lines(&db, "select id from tower_sessions").await;
        secrets.extend([verify.token(), reset.token(), link.token(), code, spaced.to_owned()].into_iter().chain(sessions));
        assert!(secrets.len() > 20, "{secrets:?}");
        assert_no_secret(&node.log(), &secrets);
    }

    async fn a_secret_repeated_by_a_mail_server_is_neither_logged_nor_stored(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let smtp_url = smtp.url_with(SMTP_PASSWORD);
        for (behavior, says) in [(Behavior::Locked, "535"), (Behavior::Quoting, "554")] {
            smtp.set(behavior);
            let node = Node::start(&db, &[("RUST_LOG", "trace"), ("SMTP_URL", &smtp_url)]).await;
            tables::write(&db, "update jobs set run_at = 0, attempts = 0").await;
            Client::at(node.address).post("/signup", &[("name", "Ada"), ("email", &format!("{says}@example.com")), ("password", PASSWORD)]).await.unwrap();
            let began = Instant::now();
            let failed = format!("select error from jobs where error like '%{says}%'");
            while tables::lines(&db, &failed).await.is_empty() {
                assert!(began.elapsed() < SOON, "no email was refused:\n{}", node.log());
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            let tokens: Vec<String> = smtp.refused().iter().map(crate::fake_smtp::Received::token).collect();
            assert_eq!(tokens.is_empty(), behavior == Behavior::Locked);
            let secrets = [settings(), tokens].concat();
            assert_no_secret(&node.log(), &secrets);
            let rows = tables::dump(&db).await;
            for secret in &secrets {
                assert_eq!(tables::row_with(&rows, secret), None, "{secret}");
            }
            assert!(tables::lines(&db, &failed).await.iter().all(|error| error.contains("[hidden]")));
        }
    }
}
