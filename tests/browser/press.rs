//! Presses of a button, once or repeatedly, and what the browser shows afterwards.

use super::{Answer, Browser, FORM, form};

/// The request of one press of a button.
pub struct Press {
    pub path: String,
    pub body: String,
}

impl Press {
    /// The button of the form that this browser has open.
    pub fn of(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Self {
        let token = browser.token.clone().expect("an open form");
        let body = form(&[fields, &[("csrf_token", &token)]].concat());
        Self { path: path.to_owned(), body }
    }

    pub async fn send(&self, browser: &Browser, cookie: Option<&str>) -> Answer {
        let mut sender = browser.without_token();
        sender.cookie = cookie.map(str::to_owned);
        let page = format!("http://localhost{}", browser.path);
        let headers = [&FORM[..], &[("host", "localhost"), ("referer", page.as_str())]].concat();
        sender.ask("POST", &self.path, &headers, self.body.clone()).await
    }
}

impl Browser {
    /// Posts the open form and keeps the cookies, but follows no redirect.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.clone().expect("an open form");
        let page = format!("http://localhost{}", self.path);
        let headers = [&FORM[..], &[("host", "localhost"), ("referer", page.as_str())]].concat();
        let body = form(&[fields, &[("csrf_token", &token)]].concat());
        let answer = self.without_token().ask("POST", path, &headers, body).await;
        self.keep_cookies(&answer.headers);
        answer
    }

    /// Presses the button of the page's first form to this path, after these fields were typed.
    pub async fn press(&mut self, action: &str, typed: &[(&str, &str)]) -> u16 {
        let form = self.page.split_once(&format!("action=\"{action}\"")).map(|(_, form)| hidden_fields(form));
        let hidden = form.unwrap_or_else(|| panic!("no form to {action}: {}", self.page));
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<_> = hidden.chain(typed.iter().copied()).collect();
        self.post(action, &fields).await
    }
}

/// Names and values of the hidden fields up to the end of the form, without its token.
pub fn hidden_fields(form: &str) -> Vec<(String, String)> {
    let (form, _) = form.split_once("</form>").expect("the end of the form");
    let attribute = |tag: &str, start: &str| Some(tag.split_once(start)?.1.split('"').next()?.to_owned());
    let tags = form.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
    let hidden = tags.filter(|tag| tag.contains("type=\"hidden\"")).map(|tag| {
        let name = attribute(tag, " name=\"").expect("the name of a hidden field");
        (name, attribute(tag, " value=\"").unwrap_or_default())
    });
    hidden.filter(|(name, _)| name != "csrf_token").collect()
}

/// The session cookie that a response sets.
pub fn cookie_of(answer: &Answer) -> Option<String> {
    Some(answer.headers.get("set-cookie")?.to_str().unwrap().split(';').next().unwrap().to_owned())
}

/// Sends it twice at once, once more with the old cookie and once with the new one. Returns the last response.
pub async fn pressed(browser: &mut Browser, press: &Press, how_often: usize) -> Answer {
    let old = browser.cookie.clone();
    let old = old.as_deref();
    let first = match how_often {
        1 => press.send(browser, old).await,
        _ => {
            let (first, second) = tokio::join!(press.send(browser, old), press.send(browser, old));
            let third = press.send(browser, old).await;
            let cookie = cookie_of(&first).or(browser.cookie.clone());
            let fourth = press.send(browser, cookie.as_deref()).await;
            let outcome =
                |answer: &Answer| (answer.status, answer.header("location").to_owned(), cookie_of(answer));
            for other in [&second, &third, &fourth] {
                assert_eq!(outcome(other), outcome(&first), "{}", press.path);
            }
            fourth
        }
    };
    browser.cookie = cookie_of(&first).or(browser.cookie.take());
    first
}

/// The flashes on the page after a response, and on the page after that.
pub async fn messages(browser: &mut Browser, answer: &Answer) -> Vec<String> {
    if answer.status != 303 {
        return Vec::new();
    }
    browser.get(answer.header("location")).await;
    let shown = flashes(&browser.page);
    browser.get("/").await;
    assert_eq!(flashes(&browser.page), [""; 0], "shown once");
    shown
}

pub fn flashes(page: &str) -> Vec<String> {
    let after = page.split("data-flash=").skip(1).filter_map(|rest| rest.split_once("</span>"));
    after.map(|(_, text)| text.split('<').next().unwrap().to_owned()).collect()
}

/// The minute of a time in a message may pass between two tests.
pub fn without_minute(text: String) -> String {
    match text.find(" UTC").filter(|end| text.get(end - 3..end - 2) == Some(":")) {
        Some(end) => format!("{}{}", &text[..end - 3], &text[end..]),
        None => text,
    }
}
