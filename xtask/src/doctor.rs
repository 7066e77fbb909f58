//! `cargo xtask doctor`: checks every tool, and prints problems with the commands that fix them. Changes nothing.

use crate::cargo_tools::{self, CARGO_LEPTOS};
use crate::checkout::Checkout;
use crate::chromium::{self, Browser};
use crate::tools::{find, output, version};
use crate::{Done, advisories, debian, fallback, npm, setup};

const SET_UP: &str = "cargo xtask setup";

/// The result of checking one tool.
pub enum Finding {
    Good(String),
    /// Not required: how the product works without it.
    Optional(String),
    /// Required: the problem, and the command that fixes it.
    Bad(String, String),
}

use Finding::{Bad, Good, Optional};

type Look = fn(&Checkout) -> Finding;

/// Checks everything; fails if a required tool is missing.
pub fn run(checkout: &Checkout, _words: &[String]) -> Done {
    let looks: &[(&str, Look)] = &[
        ("Rust", rust),
        ("browser target", browser_target),
        ("clippy, rustfmt", checkers),
        ("cargo-leptos", cargo_leptos),
        ("wasm-bindgen", wasm_bindgen),
        ("Node.js", node),
        ("npm packages", packages),
        ("wasm-opt", |checkout| npm_program(checkout, "wasm-opt", "--version")),
        ("tailwindcss", |checkout| npm_program(checkout, "tailwindcss", "--help")),
        ("test browser", test_browser),
        ("PostgreSQL", crate::postgres::finding),
    ];
    let mut missing = 0;
    for (name, look) in looks {
        missing += usize::from(!report(name, look(checkout)));
    }
    report(".env", settings(checkout));
    report("template", template(checkout));
    report("wrk", load_generator(checkout));
    if missing == 0 { Ok(()) } else { Err(format!("{missing} of these must be put right")) }
}

fn report(name: &str, finding: Finding) -> bool {
    match &finding {
        Good(what) => println!("✓ {name:<16} {what}"),
        Optional(what) => println!("– {name:<16} {what}"),
        Bad(what, command) => println!("✗ {name:<16} {what}\n    {command}"),
    }
    !matches!(finding, Bad(..))
}

fn good_or(found: Option<String>, what: &str, command: &str) -> Finding {
    found.map_or_else(|| Bad(what.into(), command.into()), Good)
}

fn rust(checkout: &Checkout) -> Finding {
    let compiler = version(&mut checkout.command("rustc"));
    let way = if fallback::is_selected(checkout) { " (Debian's, selected for this checkout)" } else { "" };
    good_or(compiler.map(|version| version + way), "rustc does not run", "see https://rustup.rs")
}

fn browser_target(checkout: &Checkout) -> Finding {
    let found = setup::active_has_browser_target(checkout).then(|| setup::BROWSER.to_owned());
    good_or(found, "this toolchain cannot build for the browser", SET_UP)
}

fn checkers(checkout: &Checkout) -> Finding {
    let runs = |name| output(checkout.command("cargo").args([name, "--version"])).is_some();
    good_or((runs("clippy") && runs("fmt")).then(|| "both".into()), "not both are there", SET_UP)
}

fn cargo_leptos(checkout: &Checkout) -> Finding {
    exactly(cargo_tools::cargo_leptos(checkout), CARGO_LEPTOS)
}

fn wasm_bindgen(checkout: &Checkout) -> Finding {
    match (checkout.wasm_bindgen(), cargo_tools::wasm_bindgen(checkout)) {
        (Err(reason), _) => Bad(reason, "put that line right".into()),
        (Ok(wanted), None) if cargo_tools::can_download() => {
            Optional(format!("cargo-leptos downloads {wanted} when it first builds"))
        }
        (Ok(wanted), found) => exactly(found, &wanted),
    }
}

fn exactly(found: Option<String>, wanted: &str) -> Finding {
    match found {
        Some(version) if version == wanted => Good(version),
        Some(version) => Bad(format!("{version} is installed, {wanted} is needed"), SET_UP.into()),
        None => Bad(format!("is missing; {wanted} is needed"), SET_UP.into()),
    }
}

fn node(checkout: &Checkout) -> Finding {
    let found = npm::has_node(checkout).then(|| version(&mut checkout.command("node"))).flatten();
    good_or(found, &format!("{} or newer is needed, with npm", npm::NODE), &npm::how_to_get_node())
}

fn packages(checkout: &Checkout) -> Finding {
    let found = npm::is_in_step(checkout).then(|| "as in package-lock.json".to_owned());
    good_or(found, "differ from package-lock.json", SET_UP)
}

fn npm_program(checkout: &Checkout, name: &str, word: &str) -> Finding {
    let printed = output(checkout.command(checkout.npm_program(name)).arg(word));
    let first = printed.as_deref().and_then(|text| text.lines().next()).map(str::to_owned);
    good_or(first, "does not run", &format!("rm -r node_modules && {SET_UP}"))
}

fn test_browser(checkout: &Checkout) -> Finding {
    match chromium::browser(checkout) {
        Some(Browser::Playwrights) => Good("Playwright's own".into()),
        Some(Browser::Other(path)) if path.exists() => Good(path.display().to_string()),
        Some(Browser::Other(path)) => {
            Bad(format!("{} is not there", path.display()), "unset CHROMIUM_PATH".into())
        }
        None => Bad("the tests have none".into(), SET_UP.into()),
    }
}

fn settings(checkout: &Checkout) -> Finding {
    if checkout.root.join(".env").exists() {
        return Good("is there".into());
    }
    Optional("none yet: the first start writes one; .env.example says what may stand in it".into())
}

fn template(checkout: &Checkout) -> Finding {
    match advisories::template(checkout) {
        None => Optional("Cargo.toml does not say which version this is".into()),
        Some(template) if template.newer.is_empty() => {
            Good(format!("{}, and no newer entry in SECURITY.md", template.version))
        }
        Some(template) => Bad(
            format!("{}, and SECURITY.md has newer entries: {}", template.version, template.newer.join("; ")),
            "do what they say, then raise [package.metadata.template] version in Cargo.toml".into(),
        ),
    }
}

fn load_generator(_checkout: &Checkout) -> Finding {
    match find("wrk") {
        Some(path) => Good(path.display().to_string()),
        None => Optional(format!("for cargo xtask bench only: {}", debian::install_line(&["wrk"]))),
    }
}
