//! Emails to addresses of every form: sent correctly, or refused at the field.

use crate::browser::{Browser, PASSWORD, site, tables};
use crate::fake_smtp::{FakeSmtp, jobs};
use server::on_both_databases;

on_both_databases! {
    async fn an_email_reaches_an_address_of_any_form(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let longest = format!("{}@{}.example.com", "a".repeat(64), ["b".repeat(60), "c".repeat(60), "d".repeat(55)].join("."));
        assert!((250..=254).contains(&longest.len()), "{}", longest.len());
        for (typed, receives) in [
            ("o'neil+tag@example.com", "o'neil+tag@example.com"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("ädà@exämple.de", "ädà@xn--exmple-cua.de"),
            ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
            (&longest, &longest),
        ] {
            let mut browser = Browser::at(site(&db, &[]));
            browser.sign_up(typed).await;
            assert!(browser.is_logged_in().await, "{typed}: {}", browser.page);
            smtp.deliver(&db).await;
            assert_eq!((smtp.recipients().pop().as_deref(), jobs(&db).await), (Some(receives), 0), "{typed}");
            let email = smtp.emails().pop().unwrap();
            assert!(email.text.contains("Hello,"), "{typed}: {}", email.raw);
        }
    }

    async fn an_address_with_extra_content_is_refused_at_its_field(db: TestDb) {
        let long = format!("{}@{}.example.com", "a".repeat(64), ["b".repeat(60), "c".repeat(60), "d".repeat(60)].join("."));
        assert!(long.len() > 254, "{}", long.len());
        let mut browser = Browser::at(site(&db, &[]));
        for typed in [
            "ada@example.com\r\nBcc: eve@example.com", "ada@example.com\nSubject: x", "ada@example.com\0", "Ada <ada@example.com>",
            "ada@example.com, eve@example.com", "ada@example.com>\r\nRCPT TO:<eve@example.com", "ada@exa mple.com", "ada@[127.0.0.1]",
            "ada@xn--a.example", &long,
        ] {
            for path in ["/signup", "/forgot"] {
                browser.post(path, &[("name", "Ada"), ("email", typed), ("password", PASSWORD)]).await;
                assert_eq!(browser.path, path, "{typed:?}");
                assert!(browser.page.contains("id=\"email-error\""), "{typed:?}: {}", browser.page);
            }
        }
        assert_eq!((jobs(&db).await, tables::lines(&db, "select email from users").await.len()), (0, 0));
    }

    async fn replies_go_to_the_address_of_the_settings(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        smtp.deliver_with(&db, &[("MAIL_REPLY_TO", "Help <help@example.com>")]).await;
        assert!(smtp.emails()[0].raw.contains("Reply-To: \"Help\" <help@example.com>") || smtp.emails()[0].raw.contains("Reply-To: Help <help@example.com>"), "{}", smtp.emails()[0].raw);
        browser.post("/forgot", &[("email", "ada@example.com")]).await;
        smtp.deliver(&db).await;
        assert!(!smtp.emails()[1].raw.contains("Reply-To"), "{}", smtp.emails()[1].raw);
    }

    async fn a_user_name_cannot_change_an_email(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut browser = Browser::at(site(&db, &[]));
        let name = "Ada <a href=x>\"Bcc: eve@example.com\" =?utf-8?q?x?= --";
        browser.post("/signup", &[("name", name), ("email", "ada@example.com"), ("password", PASSWORD)]).await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        browser.post("/forgot", &[("email", "ada@example.com")]).await;
        smtp.deliver(&db).await;
        let email = smtp.last_to("ada@example.com");
        assert!(email.text.contains(name) && !email.html.contains("<a href=x>"), "{}", email.raw);
        assert_eq!(smtp.recipients(), ["ada@example.com"]);
    }
}
