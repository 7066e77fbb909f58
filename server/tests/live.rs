//! Whom a push reaches: with any tabs in any browsers, a stream gets what is for its tab, its session, its user, the
//! other sessions of its user or all users, and nothing else.

use crate::people::{Browser, limits, person};
use futures_util::FutureExt;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use server::Config;
use server::live::{Event, Live, Push, TabId, To};
use server::on_sqlite;
use server::sessions::Login;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::unconstrained;

const LOGINS: usize = 6;
const TABS: usize = 3;

fn tab(number: usize) -> TabId {
    format!("tab-number-{number}").parse().unwrap()
}

/// The push to `target`, a kind of address and a log-in and a tab for it. A stream is a log-in and one of its tabs; the
/// ids of tabs are the same in different browsers.
fn reaches_only_its_address(
    live: &Live,
    logins: &[Login],
    streams: &[(usize, usize)],
    target: (usize, usize, usize),
) -> Result<(), TestCaseError> {
    let open =
        |(login, own): &(usize, usize)| live.open(&logins[*login], vec![(tab(*own), 0)], None).unwrap();
    let mut opened: Vec<_> = streams.iter().map(open).collect();
    let (kind, of, number) = target;
    let (session, user) = (&logins[of].session_id, &logins[of].user.id);
    let to = match kind {
        0 => To::Tab(session.clone(), tab(number)),
        1 => To::Session(session.clone()),
        2 => To::User(user.clone()),
        3 => To::OtherSessions(user.clone(), session.clone()),
        _ => To::Everyone,
    };
    live.push(to.clone(), Push::Reload).unwrap();
    for ((login, own), stream) in streams.iter().zip(&mut opened) {
        let login = &logins[*login];
        let expected = match kind {
            0 => login.session_id == *session && *own == number,
            1 => login.session_id == *session,
            2 => login.user.id == *user,
            3 => login.user.id == *user && login.session_id != *session,
            _ => true,
        };
        // All cases run in one task, whose budget of reads would end.
        let got = unconstrained(stream.next()).now_or_never().flatten();
        prop_assert_eq!(
            matches!(got, Some(Event::Message(_))),
            expected,
            "{:?} to {} {}",
            to,
            &login.user.email,
            own
        );
    }
    Ok(())
}

on_sqlite! {
    async fn a_push_reaches_only_its_address_whatever_tabs_are_open(db: TestDb) {
        let mut logins = Vec::new();
        for email in ["ada@example.com", "eve@example.com", "joe@example.com"] {
            let user = person(&db, email).await;
            for _ in 0..LOGINS / 3 {
                logins.push(Browser::of(&db, &user).await.login().await);
            }
        }
        let live = Live::new((*db).clone(), limits(), Config::for_tests(&[]).session_keys, None);
        let streams = prop::collection::vec((0..LOGINS, 0..TABS), 0..8);
        TestRunner::default()
            .run(&(streams, (0..5_usize, 0..LOGINS, 0..TABS)), |(streams, target)| {
                reaches_only_its_address(&live, &logins, &streams, target)
            })
            .unwrap();
        assert_eq!(live.counts().streams, 0, "a stream that is dropped leaves nothing behind");
    }

    async fn activity_from_a_clock_that_was_ahead_is_forgotten(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let login = Browser::of(&db, &ada).await.login().await;
        let live = Live::new((*db).clone(), limits(), Config::for_tests(&[]).session_keys, None);
        let day = Duration::from_secs(86_400);
        db.clock().advance(day);
        live.record_activity(&login);
        db.clock().set_back(day);
        let (_stop, stopped) = watch::channel(false);
        tokio::spawn(live.clone().run(stopped));
        let forgotten = async {
            while live.session_activity(&login.session_id).is_some() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), forgotten).await.unwrap();
    }
}
