//! Imports between modules: no circle in a crate, the base imports nothing above it, and the domain reads no
//! configuration. Read from the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Path of a module below its crate: `["db", "sqlite"]`.
type Module = Vec<String>;

const BASE: [&str; 8] =
    ["clock", "direction", "error", "field_errors", "id", "keys", "refusal", "sign_on_failure"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

fn module_of(source: &Path, root: &Path) -> Module {
    let below = source.strip_prefix(root).unwrap().with_extension("");
    let names = below.iter().map(|name| name.to_string_lossy().into_owned());
    names.filter(|name| !["lib", "main"].contains(&name.as_str())).collect()
}

/// The code without comments and without its unit tests.
fn code(source: &Path) -> String {
    let text = fs::read_to_string(source).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap();
    text.lines().map(|line| line.split("//").next().unwrap().trim_end()).collect::<Vec<_>>().join("\n")
}

/// All paths of a `use` tree: `a::{b, c::d}` has `a::b` and `a::c::d`.
fn paths(tree: &str) -> Vec<String> {
    let Some((before, inside)) = tree.split_once('{') else { return vec![tree.trim().to_owned()] };
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for sign in inside.rsplit_once('}').unwrap().0.chars() {
        depth += i32::from(sign == '{') - i32::from(sign == '}');
        match sign {
            ',' if depth == 0 => parts.push(String::new()),
            sign => parts.last_mut().unwrap().push(sign),
        }
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| paths(part)).map(|part| format!("{}{part}", before.trim())).collect()
}

/// The module of a path, seen from `here`. `None` if it is in another crate or the crate's root.
fn named(path: &str, here: &Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let mut names: Vec<&str> =
        path.split("::").map(|name| name.split_whitespace().next().unwrap_or("")).collect();
    let mut module = match names[0] {
        "crate" => Module::new(),
        "super" => here.clone(),
        _ => return None,
    };
    while names.first() == Some(&"super") {
        names.remove(0);
        module.pop();
    }
    let rest = names.into_iter().filter(|name| *name != "crate").map(str::to_owned);
    module.extend(rest);
    while !module.is_empty() && !modules.contains(&module) {
        module.pop();
    }
    Some(module).filter(|module| !module.is_empty())
}

/// The imports of each module of a crate, without modules inside it or around it.
fn imports(root: &str) -> BTreeMap<Module, BTreeSet<Module>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
    let sources = sources(&root);
    let modules: BTreeSet<Module> = sources.iter().map(|source| module_of(source, &root)).collect();
    let of = |source: &PathBuf| {
        let (here, code) = (module_of(source, &root), code(source));
        let uses = code.split("\nuse ").skip(1).flat_map(|rest| paths(rest.split(';').next().unwrap()));
        let words = code.split(|sign: char| !sign.is_alphanumeric() && !"_:".contains(sign));
        let inline = words.filter(|word| word.starts_with("crate::")).map(str::to_owned);
        let found = uses.chain(inline).filter_map(|path| named(&path, &here, &modules));
        let beside = found.filter(|other| !other.starts_with(&here) && !here.starts_with(other));
        (here.clone(), beside.collect())
    };
    sources.iter().map(of).collect()
}

/// The path from a module back to itself, if there is one.
fn circle(graph: &BTreeMap<Module, BTreeSet<Module>>) -> Option<Vec<String>> {
    fn visit(
        at: &Module,
        graph: &BTreeMap<Module, BTreeSet<Module>>,
        way: &mut Vec<Module>,
        done: &mut BTreeSet<Module>,
    ) -> bool {
        if let Some(start) = way.iter().position(|one| one == at) {
            way.drain(..start);
            return true;
        }
        if !done.insert(at.clone()) {
            return false;
        }
        way.push(at.clone());
        let is_found = graph.get(at).is_some_and(|next| next.iter().any(|one| visit(one, graph, way, done)));
        if !is_found {
            way.pop();
        }
        is_found
    }
    let (mut way, mut done) = (Vec::new(), BTreeSet::new());
    let is_found = graph.keys().any(|module| visit(module, graph, &mut way, &mut done));
    is_found.then(|| way.iter().map(|module| module.join("::")).collect())
}

/// The same graph between the top modules of the crate.
fn topmost(graph: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut top: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (module, others) in graph.iter().filter(|(module, _)| !module.is_empty()) {
        let names = others.iter().map(|other| other[..1].to_vec()).filter(|other| other[0] != module[0]);
        top.entry(module[..1].to_vec()).or_default().extend(names);
    }
    top
}

#[test]
fn modules_have_no_import_circle() {
    for root in ["src", "app/src", "islands/src", "program/src", "server/src", "ui/src", "xtask/src"] {
        let graph = imports(root);
        assert_eq!(circle(&graph), None, "{root}");
        assert_eq!(circle(&topmost(&graph)), None, "{root}");
    }
}

#[test]
fn modules_import_only_from_below() {
    for (module, others) in topmost(&imports("server/src")) {
        let others: Vec<String> = others.into_iter().map(|other| other[0].clone()).collect();
        if BASE.contains(&module[0].as_str()) {
            assert!(
                others.iter().all(|other| BASE.contains(&other.as_str())),
                "{module:?} imports {others:?}"
            );
        }
        if module[0] != "testing" {
            assert!(!others.contains(&"config".to_owned()), "{module:?} reads the configuration");
        }
    }
}

#[test]
fn an_import_circle_is_found() {
    let module = |name: &str| vec![name.to_owned()];
    let edges = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "a")];
    let graph = edges.iter().map(|(from, to)| (module(from), BTreeSet::from([module(to)]))).collect();
    assert_eq!(circle(&graph), Some(vec!["b".to_owned(), "c".to_owned()]));
    assert_eq!(paths("crate::{a, b::{c, d}}"), ["crate::a", "crate::b::c", "crate::b::d"]);
}
