//! The development mailbox in the real program without a mail server. A release build lacks it: see
//! `end2end/tests/emails.spec.ts`.
#![cfg(debug_assertions)]

use crate::browser::{Browser, FORM, PRODUCTION, site};
use crate::processes::client::Client;
use crate::processes::{Node, SOON};
use server::on_both_databases;
use std::time::{Duration, Instant};

/// Opens a page until it contains this text.
async fn until_it_says(client: &mut Client, path: &str, words: &str) -> String {
    let start = Instant::now();
    loop {
        let page = client.open(path).await.unwrap();
        if page.body.contains(words) {
            return page.body;
        }
        assert!(start.elapsed() < SOON, "{path} does not say {words}: {}", page.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The first link on a page that begins with this prefix.
fn link(page: &str, start: &str) -> String {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let found = links.into_iter().find(|link| link.starts_with(start));
    found.unwrap_or_else(|| panic!("no link to {start}: {page}")).replace("&amp;", "&")
}

on_both_databases! {
    async fn the_mailbox_shows_every_email_with_a_working_link(db: TestDb) {
        let node = Node::start(&db, &[("SMTP_URL", "")]).await;
        let mut ada = Client::at(node.address);
        ada.sign_up("ada@example.com").await.unwrap();
        let list = until_it_says(&mut ada, "/dev/mailbox", "href=\"/dev/mailbox/").await;
        let email = ada.open(&link(&list, "/dev/mailbox/")).await.unwrap();
        let confirm = link(&email.body, &format!("http://{}/verify", node.address));
        let page = ada.open(confirm.strip_prefix(&format!("http://{}", node.address)).unwrap()).await.unwrap();
        assert!(page.body.contains("Confirm address"), "{}", page.body);
        let html = ada.open(&link(&email.body, "/dev/mailbox/")).await.unwrap();
        assert!(html.header("content-security-policy").starts_with("default-src 'none'"));
        assert_eq!(link(&html.body, "http"), confirm);
        assert_eq!(ada.open("/dev/mailbox/../../etc/passwd").await.unwrap().status, 404);
    }

    async fn every_kind_of_email_has_a_preview_and_escapes_user_input(db: TestDb) {
        let developer = Browser::at(site(&db, &[]));
        for name in ui::emails::PREVIEWS {
            for path in [format!("/dev/mails/{name}"), format!("/dev/mails/{name}/html")] {
                let answer = developer.ask("GET", &path, &FORM, "").await;
                // Leptos puts markers between texts.
                let text = answer.body.replace("<!>", "");
                assert!(answer.status == 200 && text.contains("Hello Ada,"), "{path}: {text}");
                // The sender may be an address without a mailbox.
                let text = text.to_lowercase();
                assert!(!text.contains("reply") && !text.contains("answer this"), "{path}: {text}");
            }
        }
        assert_eq!(developer.ask("GET", "/dev/mails/none", &FORM, "").await.status, 404);
    }

    async fn in_production_there_is_no_mailbox(db: TestDb) {
        let anonymous = Browser::at(site(&db, &PRODUCTION));
        for path in ["/dev/mailbox", "/dev/mails/reset"] {
            assert_eq!(anonymous.ask("GET", path, &FORM, "").await.status, 404, "{path}");
        }
    }
}
