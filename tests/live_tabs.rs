//! Live tabs: who may open a stream, which tabs get a push, and what a stream says when its session ends.

use crate::browser::events::{Events, live_site, member, toast};
use crate::browser::{Browser, PASSWORD, SCRIPT, for_each_case, tables};
use server::audit::Actor;
use server::live::{Live, TabId, To};
use server::{accounts, on_both_databases, on_sqlite, sessions, users};
use std::time::Duration;

const TABS: [&str; 4] = ["tab-one-1", "tab-two-2", "tab-three-3", "tab-four-4"];

/// A person with access to the server.
const OPERATOR: Actor<'static> = Actor { user: None, ip: "" };

fn tab(name: &str) -> TabId {
    name.parse().unwrap()
}

/// The toasts that each stream got, up to a last one for all.
async fn received(live: &Live, streams: &mut [Events]) -> Vec<Vec<String>> {
    live.push(To::Everyone, toast("last")).unwrap();
    let mut all = Vec::new();
    for stream in streams {
        all.push(stream.toasts_until("last").await);
    }
    all
}

on_both_databases! {
    async fn a_stream_needs_a_session_and_says_that_it_is_not_to_be_cached_or_buffered(db: TestDb) {
        let (site, _) = live_site(&db, &[]);
        assert_eq!(Browser::at(site.clone()).events("").await.err(), Some(401));
        let ada = member(&site, "ada@example.com").await;
        let events = ada.events("tabs=tab-one-1:0").await.unwrap();
        for (name, value) in [("content-type", "text/event-stream"), ("cache-control", "no-store, no-cache"), ("x-accel-buffering", "no")] {
            assert_eq!(events.headers[name], value);
        }
        tables::write(&db, "delete from sessions").await;
        assert_eq!(ada.events("").await.err(), Some(401), "a session that was deleted by hand");
    }

    async fn a_push_reaches_exactly_the_tabs_that_it_is_for(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let (ada, eve) = (member(&site, "ada@example.com").await, member(&site, "eve@example.com").await);
        let mut elsewhere = Browser::at(site.clone());
        elsewhere.log_in("ada@example.com", PASSWORD).await;
        elsewhere.get("/dashboard").await;
        let mut streams = [
            ada.events("tabs=tab-one-1:0,tab-two-2:0").await.unwrap(),
            elsewhere.events("tabs=tab-three-3:0").await.unwrap(),
            // The id of a tab is no secret: the last one is a tab of Ada.
            eve.events("tabs=tab-four-4:0,tab-one-1:0").await.unwrap(),
        ];
        let user = live.presence()[&ada.session()].user_id.clone();
        for (to, expected) in [
            (To::Tab(ada.session(), tab(TABS[0])), [true, false, false]),
            (To::Tab(ada.session(), tab(TABS[2])), [false; 3]),
            (To::Session(ada.session()), [true, false, false]),
            (To::Session(elsewhere.session()), [false, true, false]),
            (To::User(user), [true, true, false]),
            (To::Everyone, [true; 3]),
        ] {
            live.push(to.clone(), toast("hello")).unwrap();
            let got = received(&live, &mut streams).await;
            assert_eq!(got, expected.map(|gets| if gets { vec!["hello".to_owned()] } else { vec![] }), "{to:?}");
        }
        live.push(To::Tab(ada.session(), tab(TABS[1])), toast("hello")).unwrap();
        assert_eq!(streams[0].next().await.unwrap().data["tab"], TABS[1], "the browser is told which of its tabs");
    }

    async fn the_end_of_a_session_ends_its_stream_with_the_reason(db: TestDb) {
        let ends = ["revoked", "disabled", "password", "log out", "by hand", "idle", "absolute"];
        for_each_case(&db, ends, async |db, end| {
            let (site, _) = live_site(&db, &[("SESSION_ABSOLUTE_HOURS", "1"), ("SESSION_IDLE_MINUTES", "60")]);
            let (mut ada, eve) = (member(&site, "ada@example.com").await, member(&site, "eve@example.com").await);
            let (mut stream, mut other) = (ada.events("").await.unwrap(), eve.events("").await.unwrap());
            let expected = match end {
                "revoked" => {
                    sessions::revoke(&db, OPERATOR, &ada.session()).await.unwrap();
                    "revoked by an admin"
                }
                "disabled" => {
                    let user = users::with_email(&db, "ada@example.com").await.unwrap().unwrap();
                    accounts::disable(&db, OPERATOR, &user).await.unwrap();
                    "account disabled"
                }
                "password" => {
                    let mut elsewhere = Browser::at(site.clone());
                    elsewhere.log_in("ada@example.com", PASSWORD).await;
                    elsewhere.post("/account/password", &[("current_password", PASSWORD), ("new_password", "another teapot overboard")]).await;
                    // The log-in is told to the open tab first.
                    while stream.next().await.is_some_and(|event| event.data["fragment"] != "devices") {}
                    "password changed"
                }
                "log out" => { ada.post("/logout", &[]).await; "logged out" }
                "by hand" => { tables::write(&db, &format!("delete from sessions where id = '{}'", ada.session())).await; "" }
                "idle" => { tables::write(&db, &format!("update sessions set last_seen_at = last_seen_at - 3600000 where id = '{}'", ada.session())).await; "idle for too long" }
                _ => { tables::write(&db, &format!("update sessions set expires_at = expires_at - 3600000 where id = '{}'", ada.session())).await; "time limit" }
            };
            let event = stream.next().await.unwrap();
            assert_eq!((event.kind.as_str(), event.data["reason"].as_str().unwrap()), ("ended", expected), "{end}");
            assert_eq!(stream.next().await, None, "{end}");
            assert_eq!(ada.without_token().events("").await.err(), Some(401), "{end}");
            assert!(tokio::time::timeout(Duration::from_millis(1), other.next()).await.is_err(), "{end}: another user's stream stays");
        }).await;
    }

    async fn a_stream_that_comes_back_gets_what_it_missed_in_the_last_minute(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        let mut stream = ada.events("").await.unwrap();
        live.push(To::Everyone, toast("first")).unwrap();
        let last = stream.next().await.unwrap();
        drop(stream);
        live.push(To::Session(ada.session()), toast("missed")).unwrap();
        live.push(To::Session(member(&site, "eve@example.com").await.session()), toast("of another user")).unwrap();
        let mut again = [ada.events(&format!("after={}", last.id)).await.unwrap()];
        let got = received(&live, &mut again).await.remove(0);
        assert_eq!(got, ["missed"]);
        db.clock().advance(Duration::from_secs(61));
        let mut late = [ada.events(&format!("after={}", last.id)).await.unwrap()];
        assert_eq!(received(&live, &mut late).await, [[""; 0]], "after more than a minute");
        let mut fresh = [ada.events("").await.unwrap()];
        assert_eq!(received(&live, &mut fresh).await, [[""; 0]], "a page that was not there before");
    }

    async fn what_is_replayed_is_marked_and_what_is_new_is_not(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        let mut stream = ada.events("").await.unwrap();
        live.push(To::Everyone, toast("first")).unwrap();
        let first = stream.next().await.unwrap();
        live.push(To::Everyone, toast("missed")).unwrap();
        let mut again = ada.events(&format!("after={}", first.id)).await.unwrap();
        live.push(To::Everyone, toast("new")).unwrap();
        for (text, mark) in [("missed", serde_json::json!(true)), ("new", serde_json::Value::Null)] {
            let event = again.next().await.unwrap();
            assert!(event.data["html"].as_str().unwrap().contains(text), "{event:?}");
            assert_eq!(event.data["replayed"], mark, "{text}");
        }
        assert_eq!(first.data["replayed"], serde_json::Value::Null);
    }

    async fn neither_a_stream_nor_polling_is_activity_and_refused_requests_are_not_either(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        let seen = async || tables::lines(&db, "select cast(last_seen_at as text) from sessions").await;
        let (before, active) = (seen().await, live.session_activity(&ada.session()).unwrap());
        db.clock().advance(Duration::from_secs(300));
        drop(ada.events("").await.unwrap());
        let path = format!("/session/{}", ada.session());
        let polled = ada.ask("GET", &path, &[&SCRIPT[..], &[("x-background", "1")]].concat(), "").await;
        assert_eq!((polled.status, polled.header("x-session-ends-in").parse::<i64>().unwrap() / 60_000), (204, 24));
        for (path, headers, status) in [
            ("/session/none", &SCRIPT[..], 404),
            ("/logout", &[("sec-fetch-site", "cross-site")][..], 403),
        ] {
            let method = if path == "/logout" { "POST" } else { "GET" };
            assert_eq!(ada.ask(method, path, headers, "").await.status, status, "{path}");
        }
        assert_eq!(live.session_activity(&ada.session()), Some(active));
        assert_eq!(ada.ask("GET", &path, &SCRIPT, "").await.header("x-session-ends-in").parse::<i64>().unwrap() / 60_000, 29);
        assert_ne!(seen().await, before, "the button that extends a session is activity");
        assert!(live.session_activity(&ada.session()).unwrap() >= active + 300_000);
    }

    async fn a_log_in_is_told_to_the_users_other_tabs_with_a_toast_if_the_browser_is_new(db: TestDb) {
        let (site, _) = live_site(&db, &[]);
        let (ada, eve) = (member(&site, "ada@example.com").await, member(&site, "eve@example.com").await);
        let (mut stream, mut foreign) = (ada.events("").await.unwrap(), eve.events("").await.unwrap());
        let mut elsewhere = Browser::at(site.clone());
        elsewhere.log_in("ada@example.com", PASSWORD).await;
        let told = stream.next().await.unwrap();
        assert!(told.data["html"].as_str().unwrap().contains("has just logged in to your account."), "{told:?}");
        let refresh = stream.next().await.unwrap();
        assert_eq!((refresh.kind.as_str(), &refresh.data["fragment"]), ("refresh", &"devices".into()));
        assert!(tokio::time::timeout(Duration::from_millis(1), foreign.next()).await.is_err(), "no other user is told");
    }

    async fn a_log_in_is_not_told_to_its_own_tabs(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        let mut stream = ada.events("").await.unwrap();
        live.push(To::Everyone, toast("before")).unwrap();
        let before = stream.next().await.unwrap();
        let mut elsewhere = Browser::at(site.clone());
        elsewhere.log_in("ada@example.com", PASSWORD).await;
        let mut own = [elsewhere.events(&format!("after={}", before.id)).await.unwrap()];
        assert_eq!(received(&live, &mut own).await, [[""; 0]]);
    }
}

on_sqlite! {
    async fn a_session_and_a_user_have_a_limit_of_streams(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        let mut streams = Vec::new();
        for _ in 0..8 {
            streams.push(ada.events("").await.unwrap());
        }
        let headers = [("accept", "text/event-stream")];
        let refused = ada.ask("GET", "/events", &headers, "").await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, "31"));
        streams.pop();
        streams.push(ada.events("").await.unwrap());
        for _ in 0..4 {
            let mut elsewhere = Browser::at(site.clone());
            elsewhere.log_in("ada@example.com", PASSWORD).await;
            for _ in 0..8 {
                streams.push(elsewhere.events("").await.unwrap());
            }
        }
        let mut sixth = Browser::at(site.clone());
        sixth.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(sixth.events("").await.err(), Some(429), "40 of one user");
        assert!(member(&site, "eve@example.com").await.events("").await.is_ok(), "other users are not affected");
        drop(streams);
        assert_eq!(live.counts().streams, 0);
    }

    async fn presence_follows_the_tabs_and_ends_with_the_session(db: TestDb) {
        let (site, live) = live_site(&db, &[]);
        let ada = member(&site, "ada@example.com").await;
        assert_eq!(live.online(), []);
        let stream = ada.events("tabs=tab-one-1:0,tab-two-2:5000,nonsense,x:1,tab-four-4:x").await.unwrap();
        let present = live.presence().remove(&ada.session()).unwrap();
        assert_eq!(live.online(), [present.user_id]);
        assert_eq!(present.tabs.len(), 2, "what is no tab is ignored");
        let [one, two] = [TABS[0], TABS[1]].map(|name| live.tab_activity(&ada.session(), &tab(name)).unwrap());
        assert_eq!(one - two, 5000);
        drop(stream);
        assert_eq!((live.online(), live.tab_activity(&ada.session(), &tab(TABS[0]))), (vec![], None));
        assert_eq!(live.all_activity().len(), 1, "the session itself is known until it ends");
        let mut again = ada.events("").await.unwrap();
        tables::write(&db, "delete from sessions").await;
        assert_eq!(again.next().await.unwrap().kind, "ended");
        assert_eq!((live.all_activity().len(), live.session_activity(&ada.session())), (0, None));
    }
}
