//! Integration tests: one binary over both databases.

// A test that cannot go on says so by panicking.
#![allow(clippy::unwrap_used)]

mod abuse;
mod access;
mod automations;
mod backup;
mod docs;
mod documents;
mod durability;
mod exports;
mod fields;
mod filters;
mod house;
mod imports;
mod records;

#[test]
fn no_test_file_is_forgotten() {
    let listed = include_str!("main.rs");
    let folder = tests::root().join("tests/it");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        let listed = listed.contains(&format!("mod {name};")) || name == "main";
        assert!(listed || path.is_dir(), "tests/it/{name}.rs is not listed in main.rs");
    }
}
