//! `cargo xtask setup` and `dev`: installs what is missing, and runs the product on this machine.

use crate::command::{Done, output, run, shown, words};
use crate::tools::{self, Need};
use std::os::unix::process::CommandExt;
use std::path::Path;

/// Installs the tools, and makes the first commit of a new project, so that later changes are visible.
pub fn ready(need: Need) -> Done {
    tools::ready(need)?;
    if !Path::new(".git").exists() || output(&mut words("git rev-parse --verify --quiet HEAD")).is_some() {
        return Ok(());
    }
    let added = run(&mut words("git add --all"));
    if let Err(reason) = added.and_then(|()| run(&mut words("git commit --quiet --message Begin"))) {
        println!("  {reason}\n  Commit when git knows who you are: git config --global user.email …");
    }
    Ok(())
}

/// cargo-leptos takes longer to build than the product, and the product works without it and without a script.
fn serve_while_installing() -> Done {
    ready(Need::FirstPage)?;
    println!("▸ building the product, without cargo-leptos for now (3 to 6 minutes)");
    let style = "node_modules/.bin/tailwindcss --input style/main.css --output target/site/pkg/app.css";
    [style, "cp -r public/. target/site"].iter().try_for_each(|line| run(&mut words(line)))?;
    let as_cargo_leptos = [("LEPTOS_WATCH", "true"), ("RUSTFLAGS", "--cfg erase_components")];
    run(words("cargo run --package web -- seed").envs(as_cargo_leptos))?;
    let mut server = words("target/debug/web").spawn().map_err(|error| error.to_string())?;
    println!("▸ http://localhost:3000 works now. It is rebuilt on every change once the tools are installed");
    let installed = tools::ready(Need::Development);
    server.kill().and_then(|()| server.wait()).map_err(|error| error.to_string())?;
    installed
}

/// Sets up what is missing, seeds an empty database, then builds, serves and watches until Ctrl-C.
pub fn develop(options: &[&str]) -> Done {
    if tools::leptos().is_none() {
        serve_while_installing()?;
    }
    ready(Need::Development)?;
    println!("▸ building, then seeding an empty database (the first build: 3 to 6 minutes, then seconds)");
    // Leptos is compiled differently under `watch`: with the variable nothing is built twice.
    run(words("cargo leptos serve --server-only -- seed").env("LEPTOS_WATCH", "true"))?;
    println!("▸ cargo leptos watch: it prints the product's address (Ctrl-C ends it)");
    let mut watch = words("cargo leptos watch");
    // Replaces this process, so that Ctrl-C and the exit code work directly.
    let error = watch.args(options).exec();
    Err(format!("cannot run {}: {error}", shown(&watch)))
}
