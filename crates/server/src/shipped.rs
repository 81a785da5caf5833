//! The apps that this program carries.

use std::collections::BTreeSet;

include!(concat!(env!("OUT_DIR"), "/apps.rs"));

/// The files of an app: paths below its folder, and contents.
pub type Files = Vec<(String, Vec<u8>)>;

/// The names of the apps.
pub fn names() -> BTreeSet<&'static str> {
    APPS.iter().filter_map(|(path, _)| path.strip_suffix("/app.json")).collect()
}

/// The files of an app; `None` when the program carries none of this name.
pub fn app(name: &str) -> Option<Files> {
    let below = |path: &'static str| path.strip_prefix(name)?.strip_prefix('/');
    let found = APPS
        .iter()
        .filter_map(|(path, content)| below(path).map(|path| (path.to_owned(), content.to_vec())));
    let files: Files = found.collect();
    (!files.is_empty()).then_some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_carries_its_apps_without_samples() {
        assert!(names().is_superset(&BTreeSet::from(["base", "crm"])));
        let crm = app("crm").unwrap();
        assert!(crm.iter().any(|(path, _)| path == "app.json"));
        assert!(crm.iter().any(|(path, _)| path == "opportunity/entity.json"));
        assert!(!crm.iter().any(|(path, _)| path.starts_with("samples/")));
        assert!(app("no_such_app").is_none());
        assert!(app("cr").is_none());
    }
}
