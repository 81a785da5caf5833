//! Headers that keep browsers safe, on every answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What the program's own answers may do in a browser: nothing.
const DATA_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NO_SNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");
/// Two years, as the lists that browsers ship with ask for.
const TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Completes the headers of an answer. What a handler has set stays.
pub fn complete(headers: &mut HeaderMap, request_id: &str, encrypted: bool) {
    headers.reserve(8);
    headers.insert(X_CONTENT_TYPE_OPTIONS, NO_SNIFF);
    headers.insert(RESOURCE_POLICY, SAME_ORIGIN);
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(DATA_POLICY);
    headers.entry(CACHE_CONTROL).or_insert(NO_STORE);
    if let Ok(line) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, line);
    }
    if encrypted {
        headers.insert(STRICT_TRANSPORT_SECURITY, TRANSPORT);
    }
}

/// The headers of the web app's page, whose styles carry a nonce.
pub fn page(headers: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
         worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(OPENER_POLICY, SAME_ORIGIN);
    let permissions = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(permissions));
}

/// A nonce for one page: 128 random bits.
pub fn nonce() -> String {
    let bits: [u8; 16] = rand::random();
    STANDARD_NO_PAD.encode(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(headers: &HeaderMap) -> String {
        let lines =
            headers.iter().map(|(name, line)| format!("{name}: {}", line.to_str().unwrap()));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn answers_carry_what_keeps_browsers_safe() {
        let mut headers = HeaderMap::new();
        complete(&mut headers, "0001", true);
        insta::assert_snapshot!(lines(&headers), @r"
        x-content-type-options: nosniff
        cross-origin-resource-policy: same-origin
        content-security-policy: default-src 'none'; frame-ancestors 'none'
        cache-control: no-store
        x-request-id: 0001
        strict-transport-security: max-age=63072000; includeSubDomains
        ");
    }

    #[test]
    fn the_page_runs_own_scripts_and_marked_styles_only() {
        let mut headers = HeaderMap::new();
        page(&mut headers, "abc");
        complete(&mut headers, "0001", false);
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(policy.contains("style-src 'self' 'nonce-abc';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert!(!headers.contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn no_two_pages_share_a_nonce() {
        assert_ne!(nonce(), nonce());
    }
}
