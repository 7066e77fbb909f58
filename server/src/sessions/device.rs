//! Who is at the other end, as far as a request tells: its address, and the browser and system it names.

/// What a request tells about where it comes from. Shown to people so that they know their own devices; no
/// decision rests on it, since anybody can claim to be any browser.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// The address of the other end, or empty.
    pub ip: String,
    /// The `User-Agent` header, cut to a length that fits a row.
    pub user_agent: String,
}

const MAX_USER_AGENT_LENGTH: usize = 400;

// The order matters: most browsers also claim to be the ones that stand further down.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
];

impl Device {
    /// A device from the two things a request tells; what no row can hold is left out.
    pub fn new(ip: impl Into<String>, user_agent: &str) -> Self {
        let user_agent = user_agent.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT_LENGTH).collect();
        Self { ip: ip.into(), user_agent }
    }

    /// The browser and system in words, like `Firefox on Windows`.
    pub fn in_words(&self) -> String {
        in_words(&self.user_agent)
    }
}

/// A browser and a system in words, like `Firefox on Windows`.
pub(super) fn in_words(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => "An unknown browser".to_owned(),
    }
}
