//! Users and their browsers in the domain, by public functions only.
#![allow(dead_code)] // every test file takes what it needs

pub mod stores;

use server::accounts::NewUser;
use server::audit::Actor;
use server::sessions::{Device, Limits, Login, Session};
use server::users;
use server::visitor::{RequestInfo, ReturnCookie, SessionCookie, SessionData, Store};
use server::{Config, Db, Id, User, Visitor, accounts};
use std::sync::Arc;
use tower_sessions::session::Id as BrowserId;

pub const PASSWORD: &str = "harbour-lantern-77";

pub async fn person(db: &Db, email: &str) -> User {
    named(db, email, "Ada Lovelace").await
}

pub async fn named(db: &Db, email: &str, name: &str) -> User {
    let typed = NewUser { email, name, password: PASSWORD };
    accounts::sign_up(db, typed).await.expect("a new person");
    users::with_email(db, email).await.unwrap().expect("the new person")
}

/// The operator who runs commands on the server.
pub const OPERATOR: Actor<'static> = Actor { user: None, ip: "" };

pub fn limits() -> Limits {
    Config::for_tests(&[]).limits
}

/// A browser: it keeps its cookie between requests, like the layer in `program/src/session_layer.rs`.
pub struct Browser {
    db: Db,
    store: Arc<Store>,
    pub limits: Limits,
    pub id: Option<BrowserId>,
    pub has_pending: bool,
    pub had_login: bool,
    pub device: Device,
    return_cookie: Option<ReturnCookie>,
    pub data_cookie: Option<String>,
}

impl Browser {
    pub fn new(db: &Db) -> Self {
        let store = stores::current(db);
        Self {
            db: db.clone(),
            store,
            limits: limits(),
            id: None,
            has_pending: false,
            had_login: false,
            device: Device::default(),
            return_cookie: None,
            data_cookie: None,
        }
    }

    /// A browser in which this user is logged in.
    pub async fn of(db: &Db, user: &User) -> Self {
        let mut browser = Self::new(db);
        browser.log_in(user, false).await;
        browser
    }

    /// The visitor of a request by the user.
    pub fn visit(&self) -> Visitor {
        self.arrive(true)
    }

    /// The visitor of a prefetched page.
    pub fn prefetch(&self) -> Visitor {
        self.arrive(false)
    }

    fn arrive(&self, is_activity: bool) -> Visitor {
        let session_data =
            SessionData::new(self.id, Store::of_request(&self.store, self.id, self.data_cookie.as_deref()));
        let request = RequestInfo {
            admin_key: None,
            sign_on_cookie: None,
            device: self.device.clone(),
            is_activity,
            has_pending: self.has_pending,
            had_login: self.had_login,
            browser: None,
            return_cookie: self.return_cookie.clone(),
        };
        let keys = Config::for_tests(&[]).session_keys;
        Visitor::new(self.db.clone(), session_data, request, self.limits, keys)
    }

    /// Ends a request: the session data is saved, and the browser keeps the cookie if one is set.
    pub async fn finish(&mut self, visitor: Visitor) -> Option<SessionCookie> {
        let cookie = visitor.save().await.unwrap();
        let data = visitor.changed_data_cookie().unwrap();
        self.return_cookie = visitor.changed_return_cookie().unwrap_or(self.return_cookie.take());
        let cookie = cookie?;
        self.keep_data(data);
        self.id = Some(cookie.id.parse().unwrap());
        self.has_pending = cookie.has_pending;
        self.had_login = cookie.had_login;
        Some(cookie)
    }

    pub fn keep_data(&mut self, changed: Option<String>) {
        if let Some(value) = changed {
            self.data_cookie = Some(value).filter(|value| !value.is_empty());
        }
    }

    pub async fn log_in(&mut self, user: &User, remember: bool) -> Option<SessionCookie> {
        let visitor = self.visit();
        visitor.log_in(user, remember).await.unwrap();
        self.finish(visitor).await
    }

    /// The user who is logged in at the next request.
    pub async fn user(&self) -> Option<Id<User>> {
        self.visit().login().await.unwrap().map(|login| login.user.id.clone())
    }

    pub async fn is_logged_in(&self) -> bool {
        self.user().await.is_some()
    }

    pub async fn login(&self) -> Login {
        self.visit().login().await.unwrap().expect("a log-in").clone()
    }

    /// The public id of the log-in.
    pub async fn session_id(&self) -> Id<Session> {
        self.login().await.session_id
    }
}
