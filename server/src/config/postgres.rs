//! Parameters of PostgreSQL addresses that nothing reads. The library ignores them before there is a log, also those that
//! should encrypt the connection.

use url::Url;

/// Those of sqlx 0.8.6, as its `PgConnectOptions` reads them.
const KNOWN: [&str; 18] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// A warning for each, and no refusal: hosts append parameters of other libraries, such as `channel_binding`.
pub(super) fn ignored_parameters(get: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut warnings = Vec::new();
    for setting in ["DATABASE_URL", "BUS_URL"] {
        let url = get(setting).and_then(|text| Url::parse(text.trim()).ok());
        let Some(url) = url.filter(|url| ["postgres", "postgresql"].contains(&url.scheme())) else {
            continue;
        };
        let names = url.query_pairs().map(|(name, _)| name.into_owned());
        warnings.extend(names.filter(|name| !is_known(name)).map(|name| warning(setting, &name)));
    }
    warnings
}

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || (name.starts_with("options[") && name.ends_with(']'))
}

/// Without the value, which may be a password.
fn warning(setting: &str, name: &str) -> String {
    if name.contains('@') {
        // The name is a part of a password.
        return format!("{setting} has a ? before its @: write %3F for it");
    }
    let meant = KNOWN.iter().find(|known| strsim::damerau_levenshtein(&name.to_lowercase(), known) <= 2);
    let question = meant.map(|known| format!(": did you mean {known}?")).unwrap_or_default();
    format!("{setting}: the parameter {name} is unknown and has no effect{question}")
}
