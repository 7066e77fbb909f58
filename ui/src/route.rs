//! Routes: a page, a server function or an API handler, with its rule. `app/src/routes.rs` builds its table with them.

use crate::actions::action as run_action;
use crate::page::{PageResult, redirect_to};
use crate::request::Cx;
use crate::respond::page as render_page;
use crate::rule::{Access, Rule, Sudo, Verified};
use axum::routing::{self, MethodRouter};
use leptos::server_fn::ServerFn;
use leptos::server_fn::axum::server_fn_paths;
use server::Config;
use server::config::ClientTokens;
use std::fmt;

/// All routes of a product. `program/src/router.rs` puts its layers around them.
pub struct Routes {
    /// Pages and server functions.
    pub pages: Vec<Route>,
    /// The API, outside of the session layer and of the guard.
    pub api: Vec<Route>,
    /// The operations in the document of the API, as `Route` prints them.
    pub documented: Vec<String>,
    /// Pages for developers, without a log-in. Empty in a release build.
    pub development: Vec<(&'static str, MethodRouter)>,
}

impl Routes {
    /// Returns compiled server functions and documented operations that are not in the table. With one the program does
    /// not start, since it would have no rule.
    pub fn unlisted(&self) -> Vec<String> {
        let is_listed =
            |path: &str| self.pages.iter().any(|route| route.method == "POST" && route.path == path);
        let functions =
            server_fn_paths().map(|(path, _)| path).filter(|path| !is_listed(path)).map(str::to_owned);
        let api: Vec<String> = self.api.iter().map(Route::to_string).collect();
        functions
            .chain(self.documented.iter().filter(|operation| !api.contains(operation)).cloned())
            .collect()
    }
}

#[derive(Clone)]
pub struct Route {
    /// `GET` for a page, `POST` for a server function.
    pub method: &'static str,
    /// In axum's syntax, with `{placeholders}`.
    pub path: &'static str,
    pub rule: Rule,
    pub handler: MethodRouter,
    /// Whether it exists with these settings.
    pub is_enabled: fn(&Config) -> bool,
    /// Whether `SINGLE_SIGN_ON_ONLY` switches it off: it is for passwords and other log-in methods.
    pub is_off_with_sso_only: bool,
}

pub fn of<const N: usize>(access: Access, routes: [Route; N]) -> Vec<Route> {
    routes.into_iter().map(|route| Route { rule: Rule { access, ..route.rule }, ..route }).collect()
}

const MEMBER: Rule = Rule {
    access: Access::Member,
    sudo: Sudo::No,
    verified: Verified::Usual,
    without_token: None,
    returns_to: None,
};

pub fn page<F, Answer>(path: &'static str, answer: F) -> Route
where
    F: Fn(Cx) -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = PageResult> + Send + 'static,
{
    route("GET", path, render_page(answer))
}

pub fn action<F: ServerFn>() -> Route {
    route("POST", F::PATH, routing::post(run_action))
}

pub fn api(method: &'static str, path: &'static str, handler: MethodRouter) -> Route {
    route(method, path, handler).api()
}

pub fn route(method: &'static str, path: &'static str, handler: MethodRouter) -> Route {
    Route { method, path, rule: MEMBER, handler, is_enabled: |_| true, is_off_with_sso_only: false }
}

impl Route {
    pub fn sudo(mut self) -> Self {
        self.rule.sudo = Sudo::Yes;
        self
    }

    pub fn sudo_with_second_factor(mut self) -> Self {
        self.rule.sudo = Sudo::WithSecondFactor;
        self
    }

    pub fn verified(mut self, verified: Verified) -> Self {
        self.rule.verified = verified;
        self
    }

    pub fn api(mut self) -> Self {
        self.is_enabled = |config| config.api;
        self
    }

    pub fn for_clients(mut self) -> Self {
        self.is_enabled = |config| config.client_tokens.is_on();
        self
    }

    pub fn for_signed_tokens(mut self) -> Self {
        self.is_enabled = |config| config.client_tokens == ClientTokens::Signed;
        self
    }

    pub fn single_sign_on(mut self) -> Self {
        self.is_enabled = |config| config.single_sign_on.is_on();
        self
    }

    pub fn off_with_sso_only(mut self) -> Self {
        self.is_off_with_sso_only = true;
        self
    }

    /// Returns `None` if it does not exist with these settings. With single sign-on only, pages about passwords
    /// redirect to `/login`.
    pub fn with(self, config: &Config) -> Option<Self> {
        match (self.is_enabled)(config) {
            true if !(self.is_off_with_sso_only && config.single_sign_on.only) => Some(self),
            true if self.method == "GET" => Some(Self {
                handler: render_page(async |_| redirect_to("/login")),
                rule: Rule { access: Access::Public, sudo: Sudo::No, ..self.rule },
                ..self
            }),
            _ => None,
        }
    }

    pub fn without_token(mut self, reason: &'static str) -> Self {
        self.rule.without_token = Some(reason);
        self
    }

    /// For a download: after a log-in or a password, the browser returns to the page with its button.
    pub fn download_of(mut self, page: &'static str) -> Self {
        self.rule.returns_to = Some(page);
        self
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<4} {:<36} {}", self.method, self.path, self.rule)
    }
}
