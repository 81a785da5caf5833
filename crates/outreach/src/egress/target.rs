//! A web address that has been read once and found fit to ask for. The same value is checked,
//! resolved, connected to and sent: no second reading of the text can disagree with the first.

use std::net::Ipv6Addr;

use url::{Host, Url};

use super::error::Refusal;
use super::policy::{EgressPolicy, Origin};

/// Bytes of a URL; what browsers, proxies and servers agree on.
const URL_BYTES_MAX: usize = 2_048;

/// Names that never belong to the public internet (RFC 6761, RFC 8375, RFC 9476, the zones reserved
/// by ICANN) or by custom name machines of a house. Their addresses would be refused as well; not
/// asking for them at all also keeps a stranger from learning which of them exist.
const HOUSE_ZONES: [&str; 14] = [
    "alt",
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

/// Ports from 1024 on that browsers refuse too, because what listens there is no web server and
/// may take a request for its own protocol.
const BAD_PORTS: [u16; 22] = [
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666, 6667, 6668,
    6669, 6679, 6697, 10080, 11211, 27017,
];

/// A checked target. Its debug form shows the origin only, since path and query may hold secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    origin: Origin,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Target({})", self.origin)
    }
}

impl Target {
    /// Reads and checks a web address, without asking any name server.
    ///
    /// # Errors
    /// With the first reason that the policy has against it.
    pub fn parse(text: &str, policy: &EgressPolicy) -> Result<Target, Refusal> {
        let written = Written::split(text)?;
        let url = Url::parse(text).map_err(|_| Refusal::Syntax)?;
        let origin = Origin::of(&url).ok_or(Refusal::Syntax)?;
        written.agrees_with(&origin.host)?;
        if !policy.asks_for_house_names(&origin) {
            check_host_name(&origin.host)?;
        }
        if !policy.names_origin(&origin) {
            if !origin.https {
                return Err(Refusal::PlainHttp);
            }
            check_port(origin.port)?;
        }
        let target = Target { url, origin };
        match target.literal_address() {
            Some(address) if !policy.permits(&target, address) => Err(Refusal::Address),
            _ => Ok(target),
        }
    }

    /// The parsed address.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Scheme, host and port: fit for logs and for binding a secret to.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The address when the host is written as one; names need to be resolved.
    pub(super) fn literal_address(&self) -> Option<std::net::IpAddr> {
        match self.origin.host {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }
}

/// The host as it stands in the text, before the URL parser decodes, maps and shortens it.
struct Written<'a> {
    host: &'a str,
}

impl<'a> Written<'a> {
    fn split(text: &'a str) -> Result<Written<'a>, Refusal> {
        let stray = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if text.len() > URL_BYTES_MAX || text.chars().any(stray) {
            return Err(Refusal::Syntax);
        }
        let (scheme, rest) = text.split_once(':').ok_or(Refusal::Syntax)?;
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return Err(Refusal::Scheme);
        }
        let rest = rest.strip_prefix("//").ok_or(Refusal::Syntax)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(Refusal::UserInfo);
        }
        let host = match authority.rfind(']') {
            Some(end) => &authority[..=end],
            None => authority.split(':').next().unwrap_or_default(),
        };
        if host.is_empty() {
            return Err(Refusal::Syntax);
        }
        Ok(Written { host })
    }

    /// Refuses hosts that the parser has turned into something that a reader would not expect.
    fn agrees_with(&self, host: &Host<String>) -> Result<(), Refusal> {
        let usual = match host {
            Host::Ipv4(address) => self.host == address.to_string(),
            Host::Ipv6(address) => {
                let inner = self.host.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
                inner.and_then(|text| text.parse::<Ipv6Addr>().ok()).as_ref() == Some(address)
            }
            Host::Domain(name) => {
                !self.host.contains('%')
                    && !name.ends_with('.')
                    && !name.contains("..")
                    && name.len() <= 253
                    && Host::parse(self.host).as_ref() == Ok(host)
            }
        };
        if usual { Ok(()) } else { Err(Refusal::HostSpelling) }
    }
}

fn check_host_name(host: &Host<String>) -> Result<(), Refusal> {
    let Host::Domain(name) = host else { return Ok(()) };
    match name.rsplit_once('.') {
        // A single label is completed from the machine's search list: not a public name.
        None => Err(Refusal::HostName),
        Some((_, zone)) if HOUSE_ZONES.contains(&zone) => Err(Refusal::HostName),
        Some(_) => Ok(()),
    }
}

/// The port of `https` and the unprivileged ones, less those that are known not to be the web.
fn check_port(port: u16) -> Result<(), Refusal> {
    let usual = port == 443 || (port >= 1024 && !BAD_PORTS.contains(&port));
    if usual { Ok(()) } else { Err(Refusal::Port) }
}

#[cfg(test)]
mod tests;
