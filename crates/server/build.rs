//! Puts what the program carries into it: the apps, and in release builds the built web app.
//!
//! Only files are read here, nothing is built: `web/dist` is made by the web's own tools before.
//! Debug builds read the web app from disk, so that a change shows without compiling.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("../..");
    let root = root.canonicalize().expect("the crate lies in the project's tree");
    let out = PathBuf::from(variable("OUT_DIR"));

    let apps = root.join("apps");
    println!("cargo::rerun-if-changed={}", apps.display());
    let files = list(&apps, &|name| !matches!(name, "samples" | "imports"));
    fs::write(out.join("apps.rs"), table("APPS", &apps, &files)).expect("OUT_DIR is writable");

    let dist = root.join("web/dist");
    println!("cargo::rustc-env=TESSERA_WEB_DIST={}", dist.display());
    let embedded = variable("PROFILE") == "release";
    let files = match embedded {
        true => {
            println!("cargo::rerun-if-changed={}", dist.display());
            list(&dist, &|_| true)
        }
        false => Vec::new(),
    };
    fs::write(out.join("web.rs"), table("WEB", &dist, &files)).expect("OUT_DIR is writable");
}

fn variable(name: &str) -> String {
    std::env::var(name).expect("cargo sets it for build scripts")
}

/// The files below a folder; hidden ones and the folders that `enters` refuses are left.
fn list(folder: &Path, enters: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        match path.is_dir() {
            _ if name.starts_with('.') => {}
            true if enters(&name) => files.extend(list(&path, enters)),
            true => {}
            false => files.push(path),
        }
    }
    files
}

/// A table of paths below the folder and contents, as Rust text, sorted as texts are.
fn table(name: &str, folder: &Path, files: &[PathBuf]) -> String {
    let below = |file: &PathBuf| {
        let path = file.strip_prefix(folder).expect("the file was found there");
        (path.to_string_lossy().replace('\\', "/"), file.display().to_string())
    };
    let mut rows: Vec<(String, String)> = files.iter().map(below).collect();
    rows.sort();
    let mut text = format!(
        "/// Paths and contents, sorted by path.\npub static {name}: &[(&str, &[u8])] = &[\n"
    );
    for (path, file) in rows {
        let _ = writeln!(text, "    ({path:?}, include_bytes!({file:?})),");
    }
    text.push_str("];\n");
    text
}
