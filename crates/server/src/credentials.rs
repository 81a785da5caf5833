//! Who sends a request: a bearer token, or a session cookie that no other site could make the
//! browser send along.

use std::sync::Arc;

use engine::{Engine, Principal, accounts};
use hyper::Method;
use hyper::header::{AUTHORIZATION, HeaderMap, ORIGIN};
use model::{Code, Error, Result};

use crate::site::Site;

const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// Where a browser says that a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// The site's own pages, or the person themselves.
    Own,
    /// Another site's page.
    Foreign,
    /// It does not say: an old browser, or no browser at all.
    Unsaid,
}

fn source(site: &Site, headers: &HeaderMap, host: &str) -> Source {
    if let Some(said) = headers.get(SEC_FETCH_SITE) {
        return match said.as_bytes() {
            b"same-origin" | b"none" => Source::Own,
            _ => Source::Foreign,
        };
    }
    match headers.get(ORIGIN).map(|origin| origin.to_str()) {
        None => Source::Unsaid,
        Some(Ok(origin)) if site.is_own_origin(origin, host) => Source::Own,
        Some(_) => Source::Foreign,
    }
}

/// Refuses what another site's page would have a browser write with its session: a source must be
/// said, and be our own.
fn refuse_forgery(site: &Site, headers: &HeaderMap, host: &str) -> Result<()> {
    match source(site, headers, host) {
        Source::Own => Ok(()),
        Source::Foreign | Source::Unsaid => Err(Error::new(Code::OriginRefused)),
    }
}

/// The same where no session is needed, so that programs need not say where they come from:
/// signing in must not be done by another site's page either.
pub fn refuse_foreign(site: &Site, method: &Method, headers: &HeaderMap, host: &str) -> Result<()> {
    match source(site, headers, host) {
        Source::Foreign if !method.is_safe() => Err(Error::new(Code::OriginRefused)),
        _ => Ok(()),
    }
}

/// Who sends a request. A token goes before a cookie, and a bad one is not made good by the other.
/// Errors: `unauthenticated`, `origin_refused`.
pub async fn principal(
    engine: &Engine,
    site: &Site,
    method: &Method,
    headers: &HeaderMap,
    host: &str,
) -> Result<Arc<Principal>> {
    if let Some(line) = headers.get(AUTHORIZATION) {
        let token = line.to_str().ok().and_then(bearer);
        let token = token.ok_or_else(|| Error::new(Code::Unauthenticated))?;
        return accounts::authenticate_token(engine, token).await;
    }
    let session = site.session(headers).ok_or_else(|| Error::new(Code::Unauthenticated))?;
    if !method.is_safe() {
        refuse_forgery(site, headers, host)?;
    }
    accounts::authenticate_session(engine, session).await
}

fn bearer(line: &str) -> Option<&str> {
    let (scheme, token) = line.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "localhost:8080";
    const OWN: &str = "http://localhost:8080";

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(name, line)| (name.parse().unwrap(), line.parse().unwrap())).collect()
    }

    /// Every combination that a browser or a program sends, and whether it may write with a
    /// session and sign in without one.
    #[test]
    fn only_the_sites_own_pages_write_with_a_session() {
        type Lines = &'static [(&'static str, &'static str)];
        let cases: &[(Lines, bool, bool)] = &[
            (&[("sec-fetch-site", "same-origin")], true, true),
            (&[("sec-fetch-site", "same-origin"), ("origin", OWN)], true, true),
            (&[("sec-fetch-site", "none")], true, true),
            (&[("sec-fetch-site", "same-site")], false, false),
            (&[("sec-fetch-site", "cross-site")], false, false),
            (&[("sec-fetch-site", "cross-site"), ("origin", OWN)], false, false),
            (&[("sec-fetch-site", "Same-Origin")], false, false),
            (&[("sec-fetch-site", "")], false, false),
            (&[("origin", OWN)], true, true),
            (&[("origin", "http://localhost:9090")], false, false),
            (&[("origin", "https://localhost:8080")], false, false),
            (&[("origin", "http://localhost:8080.evil.example")], false, false),
            (&[("origin", "http://evil.example")], false, false),
            (&[("origin", "null")], false, false),
            (&[("origin", "")], false, false),
            (&[], false, true),
        ];
        let site = Site::default();
        for (lines, may_write, may_sign_in) in cases {
            let headers = headers(lines);
            assert_eq!(refuse_forgery(&site, &headers, HOST).is_ok(), *may_write, "{lines:?}");
            let signs_in = refuse_foreign(&site, &Method::POST, &headers, HOST).is_ok();
            assert_eq!(signs_in, *may_sign_in, "{lines:?}");
            assert!(refuse_foreign(&site, &Method::GET, &headers, HOST).is_ok(), "{lines:?}");
        }
    }

    #[test]
    fn under_a_base_url_its_origin_alone_is_own() {
        let site = Site::new(Some("https://crm.example.com"), Vec::new()).unwrap();
        let may = |origin: &str| {
            refuse_forgery(&site, &headers(&[("origin", origin)]), "crm.example.com").is_ok()
        };
        assert!(may("https://crm.example.com"));
        assert!(!may("http://crm.example.com"));
        assert!(!may("https://crm.example.com:8443"));
    }

    #[test]
    fn a_bearer_token_is_read_whatever_the_case_of_its_scheme() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc"), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer"), None);
    }
}
