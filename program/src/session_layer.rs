//! Makes the visitor of each request from its cookies, saves the session data, and sets the cookies that changed.

use crate::client_address::device;
use crate::cookie::{Cookies, Presented};
use crate::form_body::FormBody;
use crate::not_kept::{correct_promise, not_saved};
use crate::repeated_forms::RepeatedForms;
use crate::request_kind::{is_background, is_prefetch};
use crate::strict_cookies::open_again;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::middleware::Next;
use axum::response::Response;
use server::config::TrustedProxies;
use server::keys::Keys;
use server::live::Live;
use server::sessions::Limits;
use server::visitor::{RequestInfo, SessionCookie, SessionData, Store};
use server::{Config, Db, Error, Visitor, visitor};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::oneshot;
use tracing::{Instrument, Span};
use ui::{LoggedIn, Problem};

/// The slowest step, a queued password check, gives up after ten seconds.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Shorter than `REQUEST_TIMEOUT`, so that the client gets the task's response.
const WORK_TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Clone, Debug)]
pub struct SessionLayer {
    db: Db,
    store: Arc<Store>,
    cookies: Cookies,
    keys: Keys,
    limits: Limits,
    proxies: TrustedProxies,
    repeated_forms: RepeatedForms,
    /// `None` if live tabs are switched off.
    live: Option<Live>,
}

impl SessionLayer {
    pub fn new(db: Db, config: &Config, live: Live) -> Self {
        Self {
            store: Arc::new(visitor::store(&db, &config.session_data_store, &config.session_keys)),
            repeated_forms: RepeatedForms { db: db.clone(), keys: config.session_keys.clone() },
            db,
            cookies: Cookies::new(config),
            keys: config.session_keys.clone(),
            limits: config.limits,
            proxies: config.trusted_proxies.clone(),
            live: config.live_tabs.then_some(live),
        }
    }

    /// Returns `None` for a prefetch by a browser that was logged in: its page could be shown minutes later, after a
    /// log-out.
    fn visitor(&self, request: &Request, presented: Option<&Presented>) -> Option<Visitor> {
        let is_prefetch = is_prefetch(request);
        if let Some(cookie) = presented {
            let name = self.keys.log_name(&cookie.id.to_string());
            Span::current().record("session", name.as_str());
        }
        if is_prefetch && presented.is_some_and(|cookie| cookie.had_login || cookie.has_pending) {
            return None;
        }
        let info = RequestInfo {
            device: device(request, &self.proxies),
            is_activity: !is_prefetch && !is_background(request),
            has_pending: presented.is_some_and(|cookie| cookie.has_pending),
            had_login: presented.is_some_and(|cookie| cookie.had_login),
            browser: if request.method().is_safe() {
                None
            } else {
                self.cookies.browser.read(request.headers())
            },
            admin_key: self.cookies.admin.as_ref().and_then(|admin| admin.read(request.headers())),
            return_cookie: self.cookies.return_path.read(request.headers()),
            sign_on_cookie: self.cookies.sign_on.read(request.headers()),
        };
        let (id, data) = (presented.map(|cookie| cookie.id), self.cookies.data.read(request.headers()));
        let session_data = SessionData::new(id, Store::of_request(&self.store, id, data.as_deref()));
        let visitor = Visitor::new(self.db.clone(), session_data, info, self.limits, self.keys.clone());
        if presented.is_some_and(|cookie| cookie.is_outdated) {
            visitor.reissue_cookie();
        }
        Some(visitor)
    }

    async fn answer(&self, context: &RequestContext, request: Request, next: Next) -> Response {
        let RequestContext { visitor, posted, presented } = context;
        let run = async {
            let mut response = next.run(request).await;
            self.record_activity(visitor, &response);
            if !response.status().is_success() {
                put_back(visitor).await;
                let user = visitor.known_login().map(|login| LoggedIn { role: login.role() });
                user.map(|user| response.extensions_mut().insert(user));
            }
            match self.save_and_set_cookies(visitor, presented.as_ref(), &mut response).await {
                Ok(()) => {
                    correct_promise(visitor, posted.as_deref(), &mut response).await;
                    response
                }
                Err(error) => {
                    put_back(visitor).await;
                    not_saved(error, posted.as_deref())
                }
            }
        };
        self.repeated_forms.answer(visitor, posted.as_deref(), run).await
    }

    /// A refused request is no activity.
    fn record_activity(&self, visitor: &Visitor, response: &Response) {
        let is_refused = response.status().is_client_error() || response.status().is_server_error();
        if let (Some(live), Some(login), false) = (&self.live, visitor.known_login(), is_refused)
            && visitor.is_activity()
        {
            live.record_activity(login);
        }
    }

    async fn save_and_set_cookies(
        &self,
        visitor: &Visitor,
        presented: Option<&Presented>,
        response: &mut Response,
    ) -> Result<(), Error> {
        let mut cookies = Vec::new();
        if let Some(session_data) = visitor.save().await? {
            let data = visitor.changed_data_cookie()?;
            cookies.extend(data.map(|data| self.cookies.data.write(data, session_data.max_age)));
            if is_cookie_changed(visitor, presented, &session_data).await? {
                self.log_new_id(presented, &session_data.id);
                cookies.push(self.cookies.session.write(&session_data));
            }
        }
        let admin = self.cookies.admin.as_ref().zip(visitor.new_admin_key());
        cookies.extend(admin.map(|(admin, key)| admin.write(key)));
        cookies.extend(visitor.new_browser().map(|browser| self.cookies.browser.write(browser)));
        cookies.extend(
            visitor.changed_return_cookie().map(|cookie| self.cookies.return_path.write(cookie.as_ref())),
        );
        cookies.extend(visitor.changed_sign_on_cookie().map(|hash| self.cookies.sign_on.write(hash)));
        for cookie in cookies.iter().filter_map(|cookie| HeaderValue::from_str(cookie).ok()) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(())
    }

    /// A log-in and a typed password replace the session id: this line links the names of both in the log.
    fn log_new_id(&self, presented: Option<&Presented>, id: &str) {
        let name = self.keys.log_name(id);
        match presented {
            None => drop(Span::current().record("session", name.as_str())),
            Some(cookie) if cookie.id.to_string() != id => {
                tracing::debug!(new_session = name, "the session has a new id");
            }
            Some(_) => {}
        }
    }
}

/// An unchanged cookie is not sent: it could arrive after a newer one and replace it. A logged-in user needs no mark
/// for pending data.
async fn is_cookie_changed(
    visitor: &Visitor,
    presented: Option<&Presented>,
    session_data: &SessionCookie,
) -> Result<bool, Error> {
    let Some(presented) = presented.filter(|cookie| cookie.id.to_string() == session_data.id) else {
        return Ok(true);
    };
    if presented.is_outdated || presented.had_login != session_data.had_login {
        return Ok(true);
    }
    Ok(presented.has_pending != session_data.has_pending && visitor.login().await?.is_none())
}

struct RequestContext {
    visitor: Arc<Visitor>,
    posted: Option<Arc<FormBody>>,
    presented: Option<Presented>,
}

/// A request runs in its own task, which completes even if the client disconnects.
pub async fn session_layer(State(layer): State<Arc<SessionLayer>>, request: Request, next: Next) -> Response {
    let presented = layer.cookies.session.read(request.headers());
    if let Some(again) = open_again(&request, &layer.cookies, presented.is_some()) {
        return again;
    }
    // The body is read first: a client that disconnects while it sends has no effect.
    let (mut request, posted) = match FormBody::of(request).await {
        Ok((request, posted)) => (request, posted.map(Arc::new)),
        Err(problem) => return ui::problem_response(problem),
    };
    let Some(visitor) = layer.visitor(&request, presented.as_ref()).map(Arc::new) else {
        // A browser drops a failed prefetch, and asks again when the user opens the page.
        return ui::problem_response(Problem::Unavailable);
    };
    request.extensions_mut().insert(visitor.clone());
    request.extensions_mut().insert(posted.clone());
    let _waiting = Waiting(visitor.client_gone());
    let context = RequestContext { visitor, posted, presented };
    let ((answer, answered), (take, taken)) = (oneshot::channel(), oneshot::channel());
    let work = async move {
        // Without a timeout, a statement on a dead connection would never end.
        let answered = tokio::time::timeout(WORK_TIMEOUT, layer.answer(&context, request, next)).await;
        let is_late = answered.is_err();
        let response = answered.unwrap_or_else(|_| ui::problem_response(Problem::Unavailable));
        // One-time messages count as shown only if the client received the page.
        if answer.send(response).is_err() || taken.await.is_err() || is_late {
            put_back(&context.visitor).await;
        }
    };
    let task = tokio::spawn(work.instrument(Span::current()));
    match answered.await {
        Ok(response) => {
            let _task_waits_for_it = take.send(());
            response
        }
        Err(_) => match task.await {
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            _ => ui::problem_response(Problem::Internal),
        },
    }
}

/// Sets its flag when it is dropped: the client has disconnected or has its response.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn put_back(visitor: &Visitor) {
    if let Err(error) = visitor.put_back().await {
        tracing::warn!(%error, "could not restore the one-time messages of an undelivered page");
    }
}
