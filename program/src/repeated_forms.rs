//! Answers a repeated form post (a double click) with the redirect of the first one. The table is in
//! `server/src/form_posts.rs`, the reasons in docs/decisions/0020.

use crate::form_body::FormBody;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use server::form_posts::{self, FormPost, Key, Outcome, Started};
use server::keys::Keys;
use server::{Db, Error, Visitor};
use std::time::{Duration, Instant};
use ui::{Problem, problem_response};

/// How long a repeat waits for the first request, and how often it checks.
const REPEAT_TIMEOUT: Duration = Duration::from_secs(10);
const INTERVAL: Duration = Duration::from_millis(25);

#[derive(Clone, Debug)]
pub struct RepeatedForms {
    pub db: Db,
    pub keys: Keys,
}

impl RepeatedForms {
    /// Calls `run`, unless this is a repeat of a form post.
    pub async fn answer(
        &self,
        visitor: &Visitor,
        posted: Option<&FormBody>,
        run: impl Future<Output = Response>,
    ) -> Response {
        let Some(key) = posted.and_then(FormBody::form) else {
            return run.await;
        };
        let begun = match posted.is_some_and(|posted| visitor.accepts(posted.token())) {
            true => self.begin(visitor, key).await,
            false => self
                .outcome_for_this_session(visitor, key)
                .await
                .map(|repeat| repeat.map_or(Attempt::NotDeduplicated, Attempt::Repeat)),
        };
        match begun {
            Ok(Attempt::First(post)) => self.finish(visitor, post, run.await).await,
            Ok(Attempt::Repeat(answer)) => answer,
            Ok(Attempt::NotDeduplicated) => run.await,
            Err(error) => problem_response(error.into()),
        }
    }

    async fn begin(&self, visitor: &Visitor, key: &Key) -> Result<Attempt, Error> {
        let end = Instant::now() + REPEAT_TIMEOUT;
        loop {
            match form_posts::begin(&self.db, &self.keys, key).await? {
                Started::First(post) => return Ok(Attempt::First(post)),
                Started::Repeat(outcome) => return repeated(visitor, outcome).await.map(Attempt::Repeat),
                Started::Running => {}
            }
            while !form_posts::is_finished(&self.db, key).await? {
                if Instant::now() > end {
                    return Ok(Attempt::Repeat(problem_response(Problem::Unavailable)));
                }
                tokio::time::sleep(INTERVAL).await;
            }
        }
    }

    /// The browser already has the first response: it sends the new cookie, and the old form token is no longer valid.
    async fn outcome_for_this_session(
        &self,
        visitor: &Visitor,
        key: &Key,
    ) -> Result<Option<Response>, Error> {
        match form_posts::outcome(&self.db, &self.keys, key).await? {
            Some(outcome) if visitor.is_of_this_session(&outcome.one_time_values) => {
                repeated(visitor, outcome).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Stores only a redirect: after any other response the form may be sent again.
    async fn finish(&self, visitor: &Visitor, post: FormPost, response: Response) -> Response {
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            // The database has just failed to answer, so the response does not wait for it again.
            let db = self.db.clone();
            tokio::spawn(async move { post.forget(&db).await.inspect_err(warn) });
            return response;
        }
        let written = match outcome(visitor, response.status(), response.headers()).await {
            Ok(Some(outcome)) => post.finish(&self.db, &self.keys, &outcome).await,
            Ok(None) => post.forget(&self.db).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            warn(&error);
        }
        response
    }
}

fn warn(error: &Error) {
    tracing::warn!(%error, "could not store the redirect of a form post");
}

enum Attempt {
    First(FormPost),
    Repeat(Response),
    NotDeduplicated,
}

async fn outcome(
    visitor: &Visitor,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<Outcome>, Error> {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let location = headers.get(LOCATION).and_then(text);
    match location.filter(|_| status == StatusCode::SEE_OTHER) {
        Some(location) => {
            let cookies = headers.get_all(SET_COOKIE).iter().filter_map(text).collect();
            Ok(Some(Outcome { location, cookies, one_time_values: visitor.one_time_values().await? }))
        }
        None => Ok(None),
    }
}

async fn repeated(visitor: &Visitor, outcome: Outcome) -> Result<Response, Error> {
    // A browser with a newer session id must not get the old one.
    let is_current = visitor.restore_one_time_values(&outcome.one_time_values).await?;
    let cookies = outcome.cookies.iter().filter(|_| is_current).map(|cookie| (SET_COOKIE, cookie));
    let headers = std::iter::once((LOCATION, &outcome.location)).chain(cookies);
    let headers = headers.filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?)));
    let mut response = StatusCode::SEE_OTHER.into_response();
    append(response.headers_mut(), headers);
    Ok(response)
}

fn append(headers: &mut HeaderMap, more: impl Iterator<Item = (HeaderName, HeaderValue)>) {
    for (name, value) in more {
        headers.append(name, value);
    }
}
