//! Live tabs on pages: what is pushed is safe, and all of it can be switched off.

use crate::browser::events::{live_site, member, toast};
use crate::browser::{Browser, FORM, PASSWORD, tables};
use server::live::{Push, To};
use server::on_sqlite;
use server::visitor::Level;

on_sqlite! {
    async fn a_stream_that_is_not_read_is_ended_and_no_other_one(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let (ada, eve) = (member(&site, "ada@example.com").await, member(&site, "eve@example.com").await);
        let (_unread, mut read) = (ada.events("").await.unwrap(), eve.events("").await.unwrap());
        for number in 0..100 {
            live.push(To::Everyone, toast(&number.to_string())).unwrap();
            assert_eq!(read.next().await.unwrap().kind, "toast");
        }
        assert_eq!(live.counts().streams, 1);
    }

    async fn a_push_is_escaped_small_and_stays_on_this_site(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        let mut stream = ada.events("").await.unwrap();
        live.push(To::Everyone, toast("<img src=x onerror=alert(1)>\n\ndata: x")).unwrap();
        let html = stream.next().await.unwrap().data["html"].to_string();
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{html}");
        for path in ["https://evil.example.com", "//evil.example.com", "/\\evil.example.com", "/\t/evil.example.com", "/\n/evil.example.com", "javascript:alert(1)", ""] {
            assert!(live.push(To::Everyone, Push::Navigate { path: path.into() }).is_err(), "{path}");
        }
        assert!(live.push(To::Everyone, toast(&"x".repeat(70_000))).is_err());
    }

    async fn a_pushed_message_is_announced_by_a_region_that_the_page_has_and_by_no_role_of_its_own(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        let region = ada.first_between("<section ", ">", |tag| tag.contains("data-live-toasts"));
        assert!(region.contains("aria-live=\"polite\"") && region.contains("aria-relevant=\"additions\""), "{region}");
        let mut stream = ada.events("").await.unwrap();
        for level in [Level::Info, Level::Success, Level::Warning, Level::Error] {
            live.push(To::Everyone, Push::Toast { level, text: "hello".into() }).unwrap();
            let pushed = stream.next().await.unwrap();
            let html = pushed.data["html"].as_str().unwrap();
            assert!(html.contains("hello") && !html.contains("role="), "{html}");
        }
    }

    async fn anonymous_pages_have_no_script_and_the_setting_switches_all_of_it_off(db: TestDb) {
        let (site, _) = live_site(&db, &[]);
        let mut ada = member(&site, "ada@example.com").await;
        assert!(ada.page.contains("id=\"live\"") && ada.page.contains("id=\"idle\""));
        let script = ada.first_between("src=\"/live.js", "\"", |_| true);
        let served = ada.ask("GET", &format!("/live.js{script}"), &[], "").await;
        assert_eq!((served.status, served.header("content-type")), (200, "text/javascript"));
        assert!(served.header("cache-control").contains("immutable"));
        for path in ["/", "/login", "/signup"] {
            let mut anonymous = Browser::at(site.clone());
            anonymous.get(path).await;
            assert!(!anonymous.page.contains("live.js"), "{path}");
        }
        let (site, _) = live_site(&db, &[("LIVE_TABS", "false")]);
        ada.site = site;
        ada.get("/dashboard").await;
        assert!(!ada.page.contains("live.js") && !ada.page.contains("id=\"idle\""));
        assert_eq!(ada.events("").await.err(), Some(404));
    }

    async fn the_log_in_page_says_why_a_tab_came_there_and_leads_back(db: TestDb) {
        let (site, _) = live_site(&db, &[]);
        let mut ada = member(&site, "ada@example.com").await;
        tables::write(&db, "delete from sessions").await;
        for _tab in 0..2 {
            ada.get("/login?ended=revoked%20by%20an%20admin&to=%2Faccount%3Fq%3Dtea").await;
            assert!(ada.page.contains("An administrator ended this log-in."), "each tab: {}", ada.page);
        }
        ada.get("/login?ended=%3Cb%3E&to=https://evil.example.com").await;
        assert!(ada.page.contains("Please log in again.") && !ada.page.contains("<b>"), "{}", ada.page);
        ada.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(ada.path, "/account?q=tea");
    }

    async fn a_tab_that_left_before_it_heard_the_reason_shows_it(db: TestDb) {
        let (site, _) = live_site(&db, &[]);
        let mut ada = member(&site, "ada@example.com").await;
        tables::write(&db, "update sessions set last_seen_at = 1").await;
        for _tab in 0..2 {
            ada.get("/login?ended=not%20known&to=%2Faccount").await;
            assert!(ada.page.contains("You were away for too long."), "each tab: {}", ada.page);
        }
    }

    async fn a_foreign_site_cannot_read_the_stream(db: TestDb) {
        let (site, _) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        let posted = ada.ask("POST", "/events", &FORM, "").await;
        assert_eq!(posted.status, 405);
        let foreign = ada.ask("GET", "/events", &[("accept", "text/event-stream"), ("origin", "https://evil.example.com")], "").await;
        assert_eq!(foreign.header("access-control-allow-origin"), "");
        assert_eq!(foreign.header("cross-origin-resource-policy"), "same-origin");
    }
}
