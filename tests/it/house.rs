//! House rules that the compiler does not know: where SQL may stand, twins of field files, sizes,
//! what the project may not mention, licences.

use std::path::{Path, PathBuf};

use tests::root;

/// All files below a folder with one of some endings.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "node_modules", "dist", ".git"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn sql_is_spoken_in_the_store_only() {
    let words = ["select ", "insert into ", "delete from "];
    let drivers = ["rusqlite", "sqlx", "sea_query", "sea-query"];
    for room in ["model", "script", "outreach", "engine", "server"] {
        for path in files(&format!("crates/{room}"), &[".rs", ".toml"]) {
            if path.ends_with("tests.rs") {
                continue;
            }
            let content = text(&path).to_lowercase();
            for driver in drivers {
                assert!(!content.contains(driver), "{} mentions {driver}", shown(&path));
            }
            for line in content.lines().filter(|line| !line.trim_start().starts_with("//")) {
                let quoted = words.iter().any(|word| line.contains(&format!("\"{word}")));
                assert!(!quoted, "{} contains SQL: {line}", shown(&path));
            }
        }
    }
}

#[test]
fn every_field_type_has_its_web_twin_and_samples() {
    for field_type in model::fields::ALL {
        let twin = root().join(format!("web/src/fields/{}.tsx", field_type.name));
        assert!(twin.exists(), "web/src/fields/{}.tsx is missing", field_type.name);
        let server = root().join(format!("crates/model/src/fields/{}.rs", field_type.name));
        assert!(server.exists(), "{} has no file of its own", field_type.name);
        assert!(!(field_type.samples)().bad.is_empty(), "{} has no bad sample", field_type.name);
        let label = (field_type.label)();
        assert!(label.en.is_some() && label.zh_cn.is_some(), "{}", field_type.name);
    }
}

#[test]
fn files_stay_readable() {
    for path in files("crates", &[".rs"]).into_iter().chain(files("tests", &[".rs"])) {
        let lines = text(&path).lines().count();
        assert!(lines <= 750, "{} has {lines} lines; split it", shown(&path));
    }
    for path in files("web/src", &[".ts", ".tsx"]) {
        let lines = text(&path).lines().count();
        assert!(lines <= 400, "{} has {lines} lines; split it", shown(&path));
    }
}

#[test]
fn rust_files_say_what_they_are_for() {
    for path in files("crates", &[".rs"]) {
        let content = text(&path);
        let included = content.starts_with("codes! {");
        assert!(content.starts_with("//!") || included, "{} has no head comment", shown(&path));
    }
}

#[test]
fn the_project_names_no_registry_and_no_path_of_a_machine() {
    let hosts = ["crates.io/api", "registry.npmjs.org", "npmmirror", "static.crates.io"];
    let endings = [".rs", ".toml", ".json", ".md", ".ts", ".tsx", ".css", ".html", ".sql", ".rhai"];
    for path in files(".", &endings) {
        if path.ends_with("house.rs") {
            continue;
        }
        let content = text(&path);
        for word in hosts.iter().chain(&["/work/main", "/root/", "/tmp/ec"]) {
            assert!(!content.contains(word), "{} mentions {word}", shown(&path));
        }
    }
}

#[test]
fn dependencies_keep_the_rules_of_deny_toml() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = text(&root().join("deny.toml"));
    let allowed: Vec<&str> = rules
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
        .collect();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let licence = package["license"].as_str().unwrap_or_default().replace('/', " OR ");
        // One of the alternatives must be allowed, with all its parts.
        let fits = licence.split(" OR ").any(|choice| {
            let parts = choice.trim_matches(|c| c == '(' || c == ')').split(" AND ");
            let mut parts = parts.map(|part| part.trim().trim_matches(|c| "()+".contains(c)));
            parts.all(|part| allowed.contains(&part))
        });
        assert!(fits, "{name} has the licence {licence:?}");
        let source = package["source"].as_str();
        assert!(source.is_none_or(|source| source.starts_with("registry+")), "{name}: {source:?}");
    }
    for node in metadata["resolve"]["nodes"].as_array().unwrap() {
        let is_rhai = node["id"].as_str().unwrap().contains("rhai@");
        let features = node["features"].as_array().unwrap();
        assert!(!(is_rhai && features.contains(&"unchecked".into())), "rhai runs without limits");
    }
}
