//! The address under which people reach the server, and what follows from it: cookies, hosts that
//! are answered, the origin that may write, and whose word about a client's address counts.

use std::net::IpAddr;

use engine::accounts::{SESSION_LIFETIME_MS, Secret};
use hyper::header::{COOKIE, HOST, HeaderMap, HeaderValue};
use hyper::http::request::Parts;
use outreach::egress::Network;
use url::Url;

const SESSION_SECONDS: i64 = SESSION_LIFETIME_MS / 1000;

/// The server's address.
#[derive(Debug, Clone, Default)]
pub struct Site {
    base: Option<Base>,
    proxies: Vec<Network>,
}

#[derive(Debug, Clone)]
struct Base {
    /// `https://crm.example.com`.
    origin: String,
    /// `crm.example.com`, with a port that is not the scheme's own.
    authority: String,
    encrypted: bool,
}

impl Site {
    /// Reads the operator's base URL. Errors: a text for the operator.
    pub fn new(base_url: Option<&str>, proxies: Vec<Network>) -> Result<Site, String> {
        let base = base_url.map(Base::parse).transpose()?;
        Ok(Site { base, proxies })
    }

    /// Whether browsers reach it by TLS.
    pub fn is_encrypted(&self) -> bool {
        self.base.as_ref().is_some_and(|base| base.encrypted)
    }

    /// Where people go, if it was said.
    pub fn origin(&self) -> Option<&str> {
        self.base.as_ref().map(|base| base.origin.as_str())
    }

    /// The session cookie's name. `__Host-` makes browsers insist on TLS and on this very host.
    fn cookie_name(&self) -> &'static str {
        if self.is_encrypted() { "__Host-tessera" } else { "tessera" }
    }

    /// The session cookie's value in a request.
    pub fn session<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let name = self.cookie_name();
        let pairs = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut pairs = pairs.flat_map(|line| line.split(';'));
        pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
    }

    /// The header line that gives a browser its session.
    pub fn set_cookie(&self, value: &str) -> HeaderValue {
        self.cookie(value, SESSION_SECONDS)
    }

    /// The same for a session that has just begun.
    pub fn give_session(&self, secret: &Secret) -> HeaderValue {
        self.set_cookie(secret.expose())
    }

    /// The header line that takes it away.
    pub fn clear_cookie(&self) -> HeaderValue {
        self.cookie("", 0)
    }

    fn cookie(&self, value: &str, seconds: i64) -> HeaderValue {
        let (name, secure) =
            (self.cookie_name(), if self.is_encrypted() { "; Secure" } else { "" });
        let line =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        let mut line = HeaderValue::try_from(line).expect("sessions are URL-safe base64");
        line.set_sensitive(true);
        line
    }

    /// The host that a request names, if the server answers for it: the base URL's, or without one
    /// this machine's names and plain addresses, which no outsider's name server can claim.
    pub fn host<'a>(&self, parts: &'a Parts) -> Result<&'a str, &'a str> {
        let mut lines = parts.headers.get_all(HOST).iter();
        let line = lines.next().and_then(|line| line.to_str().ok());
        let host = match (parts.uri.authority(), line, lines.next()) {
            (Some(authority), None, _) => authority.as_str(),
            (Some(authority), Some(line), None) if authority.as_str() == line => line,
            (None, Some(line), None) => line,
            _ => return Err(line.unwrap_or_default()),
        };
        let known = match &self.base {
            Some(base) => host.eq_ignore_ascii_case(&base.authority),
            None => is_local(host),
        };
        if known { Ok(host) } else { Err(host) }
    }

    /// Whether an `Origin` is the site itself, as seen by a client that asked for `host`.
    pub fn is_own_origin(&self, origin: &str, host: &str) -> bool {
        match &self.base {
            Some(base) => origin == base.origin,
            None => origin.strip_prefix("http://").is_some_and(|o| o.eq_ignore_ascii_case(host)),
        }
    }

    /// The client's address: the peer's, or what trusted proxies say, counted from the right.
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        let is_proxy =
            |address: IpAddr| self.proxies.iter().any(|network| network.contains(address));
        if self.proxies.is_empty() || !is_proxy(peer) {
            return peer;
        }
        let lines = headers.get_all("x-forwarded-for").iter();
        let said: Vec<&str> =
            lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).collect();
        let mut nearest = peer;
        for text in said.iter().rev() {
            let Ok(address) = text.trim().parse::<IpAddr>() else { break };
            nearest = address.to_canonical();
            if !is_proxy(nearest) {
                break;
            }
        }
        nearest
    }
}

impl Base {
    fn parse(text: &str) -> Result<Base, String> {
        let wrong = || format!("“{text}” is no base URL; it looks like https://crm.example.com");
        let url = Url::parse(text).map_err(|_| wrong())?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(wrong()),
        };
        let host =
            url.host_str().filter(|_| bare && url.username().is_empty()).ok_or_else(wrong)?;
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Ok(Base { origin: url.origin().ascii_serialization(), authority, encrypted })
    }
}

fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::Request;

    fn parts(host: &[&str]) -> Parts {
        let mut request = Request::builder().uri("/api/v1/me");
        for host in host {
            request = request.header(HOST, *host);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn without_a_base_url_only_this_machine_is_answered_for() {
        let site = Site::default();
        for host in ["localhost", "LOCALHOST:5173", "127.0.0.1:8080", "[::1]:8080", "192.0.2.1"] {
            assert!(site.host(&parts(&[host])).is_ok(), "{host}");
        }
        for host in ["example.com", "localhost.example.com:8080", "", "127.0.0.1.nip.io"] {
            assert!(site.host(&parts(&[host])).is_err(), "{host}");
        }
        assert!(site.host(&parts(&[])).is_err());
        assert!(site.host(&parts(&["localhost", "evil.example"])).is_err());
    }

    #[test]
    fn with_a_base_url_only_its_host_is_answered_for() {
        let site = Site::new(Some("https://CRM.example.com/"), Vec::new()).unwrap();
        assert!(site.host(&parts(&["crm.example.com"])).is_ok());
        for host in ["crm.example.com:444", "localhost", "other.example.com"] {
            assert!(site.host(&parts(&[host])).is_err(), "{host}");
        }
    }

    #[test]
    fn a_base_url_is_an_origin_and_nothing_more() {
        for wrong in
            ["crm.example.com", "ftp://x.example", "https://x.example/app", "https://a@b.c"]
        {
            assert!(Site::new(Some(wrong), Vec::new()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn cookies_are_bound_to_the_host_under_tls() {
        let plain = Site::default();
        let tls = Site::new(Some("https://crm.example.com"), Vec::new()).unwrap();
        assert_eq!(
            plain.set_cookie("abc"),
            "tessera=abc; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax"
        );
        assert_eq!(
            tls.set_cookie("abc"),
            "__Host-tessera=abc; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure"
        );
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=b; tessera=plain".parse().unwrap());
        headers.append(COOKIE, "__Host-tessera=bound;x=y".parse().unwrap());
        assert_eq!(plain.session(&headers), Some("plain"));
        assert_eq!(tls.session(&headers), Some("bound"));
    }

    #[test]
    fn only_trusted_proxies_name_the_client() {
        let proxies = vec![Network::parse("10.0.0.0/8").unwrap()];
        let site = Site::new(Some("https://crm.example.com"), proxies).unwrap();
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "203.0.113.9, 198.51.100.7, 10.0.0.2".parse().unwrap());
        let from = |peer: &str| site.client_address(peer.parse().unwrap(), &headers).to_string();
        assert_eq!(from("10.0.0.1"), "198.51.100.7");
        assert_eq!(from("192.0.2.1"), "192.0.2.1");
        assert_eq!(
            Site::default()
                .client_address("::ffff:10.0.0.1".parse().unwrap(), &headers)
                .to_string(),
            "10.0.0.1"
        );
    }
}
