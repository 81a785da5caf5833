//! The web app's files: inside the program in release builds, on disk in debug builds.
//!
//! Files with a hash in their name may be kept for ever; the page itself is never stored, because
//! each copy carries a nonce of its own.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Component, Path, PathBuf};

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use hyper::http::request::Parts;

use crate::headers;
use crate::reply::{self, Reply};

include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// What stands in the page for its nonce.
const NONCE: &str = "__NONCE__";
/// The page that every address of the web app answers.
const PAGE: &str = "index.html";
/// Where the build puts files with a hash in their name.
const HASHED: &str = "assets/";
/// How files are stored beside their plain form, the best first.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];
/// What is shown while the web app is not built.
const MISSING: &str = "<!doctype html><meta charset=\"utf-8\"><title>Tessera</title>\
    <p>The web app is not built: run <code>make build</code>.</p>\
    <p>网页应用尚未构建：请运行 <code>make build</code>。</p>";

/// The files.
pub struct Web {
    /// Where they are when they are not in the program.
    folder: Option<PathBuf>,
}

impl Web {
    /// The files that this program carries, or those of the source tree it was built from.
    pub fn open() -> Web {
        let folder = WEB.is_empty().then(|| PathBuf::from(env!("TESSERA_WEB_DIST")));
        Web { folder }
    }

    /// Answers `GET` for a file or a page of the web app; `None` when there is no such file.
    pub fn answer(&self, parts: &Parts) -> Option<Reply> {
        let path = parts.uri.path().trim_start_matches('/');
        // Names of scripts and views have dots too, but no file of the app lies under `w`.
        let is_file = path.rsplit('/').next().unwrap_or_default().contains('.');
        let is_page = path.starts_with("w/") || !is_file;
        if is_page || path == PAGE {
            return Some(self.page());
        }
        let (coding, content) = self.best(path, parts)?;
        Some(file(path, coding, content, parts))
    }

    fn page(&self) -> Reply {
        let nonce = headers::nonce();
        let page = self.read(PAGE).unwrap_or(Cow::Borrowed(MISSING.as_bytes()));
        let text = String::from_utf8_lossy(&page).replace(NONCE, &nonce);
        let kind = HeaderValue::from_static("text/html; charset=utf-8");
        let mut reply = reply::content(StatusCode::OK, kind, text);
        headers::page(reply.headers_mut(), &nonce);
        reply
    }

    /// The content of a file in the best coding that the client understands.
    fn best(&self, path: &str, parts: &Parts) -> Option<(Option<&'static str>, Bytes)> {
        let accepted = parts.headers.get(ACCEPT_ENCODING).and_then(|line| line.to_str().ok());
        for (coding, ending) in CODINGS {
            if !accepted.is_some_and(|line| accepts(line, coding)) {
                continue;
            }
            if let Some(content) = self.read(&format!("{path}{ending}")) {
                return Some((Some(coding), bytes(content)));
            }
        }
        self.read(path).map(|content| (None, bytes(content)))
    }

    fn read(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        match &self.folder {
            None => {
                let at = WEB.binary_search_by_key(&path, |(known, _)| *known).ok()?;
                Some(Cow::Borrowed(WEB[at].1))
            }
            Some(folder) => {
                let relative = Path::new(path);
                let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
                let content = inside.then(|| std::fs::read(folder.join(relative)).ok())??;
                Some(Cow::Owned(content))
            }
        }
    }
}

fn bytes(content: Cow<'static, [u8]>) -> Bytes {
    match content {
        Cow::Borrowed(content) => Bytes::from_static(content),
        Cow::Owned(content) => Bytes::from(content),
    }
}

fn accepts(line: &str, coding: &str) -> bool {
    line.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !pieces.any(|piece| matches!(piece, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn file(path: &str, coding: Option<&'static str>, content: Bytes, parts: &Parts) -> Reply {
    let tag = tag(&content);
    let lines = parts.headers.get_all(IF_NONE_MATCH);
    let known = lines.iter().any(|line| *line == tag);
    let mut reply = match known {
        true => {
            let mut reply = reply::nothing();
            *reply.status_mut() = StatusCode::NOT_MODIFIED;
            reply
        }
        false => reply::content(StatusCode::OK, kind(path), content),
    };
    let headers = reply.headers_mut();
    let keep = match path.starts_with(HASHED) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(ETAG, tag);
    if let (Some(coding), false) = (coding, known) {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    reply
}

/// Names a content; the same content always has the same name.
fn tag(content: &[u8]) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    hasher.write(content);
    let tag = format!("\"{:016x}\"", hasher.finish());
    HeaderValue::try_from(tag).expect("hexadecimal digits are plain text")
}

fn kind(path: &str) -> HeaderValue {
    HeaderValue::from_static(match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;
    use hyper::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};

    fn ask(path: &str, lines: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().uri(path);
        for (name, line) in lines {
            request = request.header(*name, *line);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn web() -> (Web, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        for (name, content) in [
            ("index.html", "<meta name=\"csp-nonce\" content=\"__NONCE__\">"),
            ("icon.svg", "<svg/>"),
            ("assets/main-abc.js", "let plain"),
            ("assets/main-abc.js.br", "brotli"),
            ("assets/main-abc.js.gz", "gzip"),
        ] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        (Web { folder: Some(folder.path().to_owned()) }, folder)
    }

    async fn text(reply: Reply) -> String {
        use http_body_util::BodyExt;
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn every_address_of_the_app_answers_the_page_with_its_own_nonce() {
        let (web, _folder) = web();
        let script = "/w/demo/build/scripts/contact.before_save";
        for path in ["/", "/w/demo/opportunity", script, "/index.html"] {
            let reply = web.answer(&ask(path, &[])).unwrap();
            let policy = reply.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
            let text = text(reply).await;
            let nonce = text.split("content=\"").nth(1).unwrap().trim_end_matches("\">");
            assert!(!nonce.is_empty() && policy.contains(&format!("'nonce-{nonce}'")), "{path}");
        }
    }

    #[tokio::test]
    async fn files_come_in_the_best_coding_and_may_be_kept_when_their_name_has_a_hash() {
        let (web, _folder) = web();
        let path = "/assets/main-abc.js";
        let reply = web.answer(&ask(path, &[("accept-encoding", "gzip, br;q=1.0")])).unwrap();
        assert_eq!(reply.headers()[CONTENT_ENCODING], "br");
        assert_eq!(reply.headers()[CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(reply.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(text(reply).await, "brotli");
        let zipped = web.answer(&ask(path, &[("accept-encoding", "br;q=0, gzip")])).unwrap();
        assert_eq!(text(zipped).await, "gzip");
        assert_eq!(text(web.answer(&ask(path, &[])).unwrap()).await, "let plain");
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        let (web, _folder) = web();
        let first = web.answer(&ask("/icon.svg", &[])).unwrap();
        assert_eq!(first.headers()[CACHE_CONTROL], "no-cache");
        let tag = first.headers()[ETAG].to_str().unwrap();
        let again = web.answer(&ask("/icon.svg", &[("if-none-match", tag)])).unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn nothing_outside_the_folder_is_reached() {
        let (web, _folder) = web();
        for path in ["/../secret.txt", "/assets/../../x.js", "//etc/passwd.txt", "/missing.js"] {
            assert!(web.answer(&ask(path, &[])).is_none(), "{path}");
        }
    }
}
