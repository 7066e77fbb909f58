//! Passkeys, which a browser gives only to a script. The island puts the browser's answer into the form of the page and
//! sends it like any other form. It renders nothing, since the size of scripts is limited.

use js_sys::{Date, Function, JSON, Object, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Event, HtmlElement, HtmlFormElement, HtmlInputElement, RequestInit, Response,
    UrlSearchParams,
};

/// A ceremony of WebAuthn: its form, its endpoint for the options, and the browser's functions.
struct Ceremony {
    form: &'static str,
    begin: &'static str,
    parse: &'static str,
    ask: &'static str,
}

const ADD: Ceremony = Ceremony {
    form: "form[action='/account/passkeys/add']",
    begin: "/account/passkeys/begin",
    parse: "parseCreationOptionsFromJSON",
    ask: "create",
};

const LOG_IN: Ceremony = Ceremony {
    form: "form[action='/login/passkey']",
    begin: "/login/passkey/begin",
    parse: "parseRequestOptionsFromJSON",
    ask: "get",
};

/// The response status if the form token is from before a log-in or log-out.
const FORBIDDEN: f64 = 403.0;

/// A challenge lasts five minutes (server/src/visitor/challenge.rs), and a log-in page may be open for longer.
const RENEW_AFTER_MS: f64 = 4.0 * 60_000.0;
const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// The request to the browser, which processes one at a time.
#[derive(Default)]
struct PendingRequest {
    controller: RefCell<Option<AbortController>>,
    /// When the current suggestions began, in unix milliseconds. `None` while the button asks.
    offered_at: Cell<Option<f64>>,
}

/// The page's elements with `data-when` show in one case only: `able` if the browser supports passkeys here, `unable`
/// before that, `failed` after an error, `outdated` if the server refuses the page's form token.
#[island]
pub fn Passkeys() -> impl IntoView {
    Effect::new(move |_| drop(ADD.start().or_else(|_| LOG_IN.start())));
    view! { <span hidden data-island="passkeys"></span> }
}

impl PendingRequest {
    /// A prompt of the system takes the focus, and a new challenge would close it.
    fn is_outdated(&self) -> bool {
        let is_due = |at| Date::now() - at > RENEW_AFTER_MS;
        self.offered_at.get().is_some_and(is_due) && document().has_focus().unwrap_or_default()
    }
}

impl Ceremony {
    fn start(&'static self) -> Result<(), JsValue> {
        let form = self.form()?;
        if !self.is_possible() {
            return Ok(());
        }
        self.show("able", true);
        self.show("unable", false);
        let pending = Rc::new(PendingRequest::default());
        let asked = pending.clone();
        let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // A form that already has an answer is submitted.
            if self.field("answer").is_ok_and(|answer| answer.value().is_empty()) {
                event.prevent_default();
                self.show("failed", false);
                spawn_local(self.ask_once(asked.clone()));
            }
        });
        form.add_event_listener_with_callback("submit", listener.into_js_value().unchecked_ref())?;
        if self.ask == LOG_IN.ask {
            spawn_local(self.offer(pending.clone()));
            let renew = move || {
                if pending.is_outdated() {
                    spawn_local(self.offer(pending.clone()));
                }
            };
            set_interval(renew, CHECK_INTERVAL);
        }
        Ok(())
    }

    async fn ask_once(&self, pending: Rc<PendingRequest>) {
        pending.offered_at.set(None);
        match self.begin().await {
            Ok(options) => {
                if self.answer(options, Object::new(), &pending).await.is_err() {
                    self.show("failed", true);
                    if self.ask == LOG_IN.ask {
                        self.offer(pending).await;
                    }
                }
            }
            // The response to the form says why: perhaps the password must be confirmed.
            Err(_) => drop(self.form().map(|form| form.submit())),
        }
    }

    /// Lets the email field suggest passkeys while the page is open.
    async fn offer(&self, pending: Rc<PendingRequest>) {
        pending.offered_at.set(Some(Date::now()));
        if self.suggest(&pending).await.is_err_and(|error| error == FORBIDDEN) {
            pending.offered_at.set(None);
            self.show("outdated", true);
        }
    }

    async fn suggest(&self, pending: &PendingRequest) -> Result<(), JsValue> {
        let can =
            call(&get(&window(), "PublicKeyCredential")?, "isConditionalMediationAvailable", &JsValue::NULL)?;
        if JsFuture::from(can.dyn_into::<Promise>()?).await?.is_falsy() {
            return Ok(());
        }
        let how = Object::new();
        set(&how, "mediation", &"conditional".into())?;
        self.answer(self.begin().await?, how, pending).await
    }

    /// The page's host must be that of the relying party.
    fn is_possible(&self) -> bool {
        let is_here = self.field("answer").is_ok_and(|field| {
            let origin = window().location().origin().ok();
            origin.is_some() && field.get_attribute("data-origin") == origin
        });
        let parse = get(&window(), "PublicKeyCredential").and_then(|class| get(&class, self.parse));
        is_here && parse.is_ok_and(|parse| parse.is_function())
    }

    async fn begin(&self) -> Result<JsValue, JsValue> {
        let body = UrlSearchParams::new()?;
        body.append("csrf_token", &self.field("csrf_token")?.value());
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_body(&body);
        let response = JsFuture::from(window().fetch_with_str_and_init(self.begin, &request)).await?;
        let response = response.dyn_into::<Response>()?;
        if !response.ok() {
            return Err(response.status().into());
        }
        let options = JsFuture::from(response.json()?).await?.as_string().unwrap_or_default();
        call(&get(&window(), "PublicKeyCredential")?, self.parse, &JSON::parse(&options)?)
    }

    async fn answer(&self, options: JsValue, how: Object, pending: &PendingRequest) -> Result<(), JsValue> {
        let controller = AbortController::new()?;
        set(&how, "publicKey", &options)?;
        set(&how, "signal", &controller.signal())?;
        if let Some(before) = pending.controller.replace(Some(controller)) {
            before.abort();
        }
        let credentials = get(&get(&window(), "navigator")?, "credentials")?;
        let asked = call(&credentials, self.ask, &how)?.dyn_into::<Promise>()?;
        let answer = JSON::stringify(&JsFuture::from(asked).await?)?;
        self.field("answer")?.set_value(&String::from(answer));
        // The "remember" checkbox is in the password form.
        if let (Ok(remember), Ok(Some(_))) =
            (self.field("remember"), document().query_selector("[type=checkbox][name=remember]:checked"))
        {
            remember.set_value("true");
        }
        self.form()?.request_submit()
    }

    fn show(&self, when: &str, is_shown: bool) {
        if let Ok(element) = self.inside(&format!("[data-when='{when}']")) {
            element.unchecked_into::<HtmlElement>().set_hidden(!is_shown);
        }
    }

    fn form(&self) -> Result<HtmlFormElement, JsValue> {
        document().query_selector(self.form)?.ok_or(JsValue::NULL).map(JsCast::unchecked_into)
    }

    fn field(&self, name: &str) -> Result<HtmlInputElement, JsValue> {
        self.inside(&format!("[name='{name}']")).map(JsCast::unchecked_into)
    }

    fn inside(&self, which: &str) -> Result<web_sys::Element, JsValue> {
        self.form()?.query_selector(which)?.ok_or(JsValue::NULL)
    }
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &name.into())
}

fn set(of: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(of, &name.into(), value).map(drop)
}

fn call(of: &JsValue, name: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    get(of, name)?.dyn_into::<Function>()?.call1(of, argument)
}
