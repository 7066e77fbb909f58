//! The log lines of requests: those of one session have one name, and the user's id, in text and as JSON.

use crate::browser::tables;
use crate::processes::Node;
use crate::processes::client::{Client, PASSWORD};
use server::on_both_databases;
use std::collections::BTreeSet;

const SETTINGS: [(&str, &str); 2] = [("RUST_LOG", "info,program=debug"), ("SMTP_URL", "none")];

/// The value of a field of a line, or empty: `name=value` in text, `"name":"value"` in JSON.
fn field<'a>(line: &'a str, name: &str) -> &'a str {
    let (text, json) = (format!(" {name}="), format!("\"{name}\":\""));
    let rest = line.split_once(&text).or_else(|| line.split_once(&json));
    rest.and_then(|(_, rest)| rest.split(['"', ' ', '}', ':']).find(|part| !part.is_empty()))
        .unwrap_or_default()
}

/// Lines of requests for this path.
fn lines<'a>(log: &'a str, path: &str) -> Vec<&'a str> {
    let path = format!("\"{path}\"");
    log.lines().filter(|line| line.contains("answered") && line.contains(&path)).collect()
}

/// Parts of the cookies' values: ids and signatures.
fn secrets(client: &Client) -> Vec<String> {
    let parts = client.cookies.values().flat_map(|value| value.split(['=', '.', '%']));
    parts.filter(|part| part.len() > 15).map(str::to_owned).collect()
}

on_both_databases! {
    async fn the_requests_of_a_session_have_its_name_and_its_user(db: TestDb) {
        for settings in [&SETTINGS[..], &[SETTINGS[0], SETTINGS[1], ("LOG_FORMAT", "json")]] {
            let node = Node::start(&db, settings).await;
            let mut clients = [Client::at(node.address), Client::at(node.address)];
            let mut cookies = Vec::new();
            for (client, email) in clients.iter_mut().zip(["ada@example.com", "bob@example.com"]) {
                client.sign_up(email).await.unwrap();
                cookies.extend(secrets(client));
                for path in ["/account", "/", "/dashboard"] {
                    assert_eq!(client.open(path).await.unwrap().status, 200);
                }
            }
            let log = node.log();
            let [ada, bob] = [0, 1].map(|one| {
                let all: Vec<&str> = ["/account", "/", "/dashboard"].map(|path| lines(&log, path)[one]).into();
                let all: BTreeSet<_> = all.iter().map(|line| (field(line, "session"), field(line, "user"))).collect();
                assert_eq!(all.len(), 1, "{all:?}\n{log}");
                all.into_iter().next().unwrap()
            });
            assert!(ada.0.len() == 16 && bob.0.len() == 16 && ada.0 != bob.0, "{ada:?} {bob:?}");
            let ids = tables::lines(&db, "select id from users order by email").await;
            assert_eq!([ada.1, bob.1], [&ids[0], &ids[1]]);
            assert!(lines(&log, "/login").iter().any(|line| field(line, "user") == ids[0]), "the log-in names the user:\n{log}");
            let sessions = tables::lines(&db, "select id from tower_sessions").await;
            for secret in cookies.iter().chain(&sessions) {
                assert!(!log.contains(secret.as_str()), "{secret} is in the log");
            }
            assert!(cookies.len() > 4 && sessions.len() > 1);
        }
    }

    async fn a_new_id_of_a_session_is_logged_with_both_names(db: TestDb) {
        let mut node = Node::start(&db, &SETTINGS).await;
        let mut ada = Client::at(node.address);
        ada.sign_up("ada@example.com").await.unwrap();
        ada.open("/account").await.unwrap();
        ada.post("/reauthenticate", &[("password", PASSWORD), ("code", "")]).await.unwrap();
        ada.open("/account/devices").await.unwrap();
        let log = node.log();
        let (before, after) = (field(lines(&log, "/account")[0], "session"), field(lines(&log, "/account/devices")[0], "session"));
        assert_ne!(before, after);
        let leads = |line: &&str| field(line, "session") == before && field(line, "new_session") == after;
        assert_eq!(log.lines().filter(leads).count(), 1, "{log}");
        node.stop().await;
        node.start_again().await;
        ada.open("/account/export").await.unwrap();
        let log = node.log();
        assert_eq!(field(lines(&log, "/account/export")[0], "session"), after, "the same after a restart");
    }

    async fn a_request_without_a_valid_cookie_has_no_session_until_it_gets_one(db: TestDb) {
        let node = Node::start(&db, &SETTINGS).await;
        let mut anonymous = Client::at(node.address);
        anonymous.open("/privacy-is-no-page").await.unwrap();
        anonymous.open("/login").await.unwrap();
        anonymous.open("/forgot").await.unwrap();
        let mut forged = Client::at(node.address);
        forged.cookies = anonymous.cookies.iter().map(|(name, value)| (name.clone(), format!("x{value}"))).collect();
        forged.open("/signup").await.unwrap();
        let log = node.log();
        let session = |path: &str| field(lines(&log, path)[0], "session");
        assert_eq!(session("/privacy-is-no-page"), "");
        assert_eq!((session("/login").len(), session("/login")), (16, session("/forgot")), "{log}");
        assert_ne!(session("/signup"), session("/forgot"), "a forged cookie names no session");
        assert!(lines(&log, "/forgot").iter().all(|line| field(line, "user").is_empty()));
    }

    async fn a_request_that_conflicts_with_other_data_is_logged_as_a_warning(db: TestDb) {
        let node = Node::start(&db, &[SETTINGS[0], SETTINGS[1], ("DELETION_DAYS", "0")]).await;
        let mut ada = Client::at(node.address);
        ada.sign_up("ada@example.com").await.unwrap();
        tables::write(&db, "create table invoices (user_id text not null references users (id))").await;
        tables::write(&db, "insert into invoices (user_id) select id from users").await;
        assert_eq!(ada.post("/account/delete", &[("password", PASSWORD)]).await.unwrap().status, 409);
        let log = node.log();
        let line = log.lines().find(|line| line.contains("conflicts with other data")).expect("a line");
        assert!(line.contains(" WARN "), "{line}");
    }
}
