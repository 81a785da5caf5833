//! What the operator allows beyond the public internet, and how long and large a reply may be.

use std::net::IpAddr;
use std::time::Duration;

use url::{Host, Url};

use super::address::{self, Network};
use super::target::Target;

/// One place off the public internet that the operator's configuration names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowance {
    /// A block of addresses, over `https`: `10.20.0.0/16`, or one address alone, `10.20.0.7`.
    Network(Network),
    /// A host name, over `https`, wherever its name servers say it is: `erp.lan`.
    Host(String),
    /// One origin exactly, also over plain `http` and on any port: `http://10.20.0.7:8069`.
    Origin(Origin),
}

/// Scheme, host and port: what a browser would call the same place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    pub(super) https: bool,
    pub(super) host: Host<String>,
    pub(super) port: u16,
}

/// Why a line of the operator's configuration is not an allowance. The text names the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowanceFault(String);

impl std::fmt::Display for AllowanceFault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            out,
            "“{}” is neither a network (10.0.0.0/8), nor a host (erp.lan), nor an origin (http://erp.lan:8069)",
            self.0
        )
    }
}

impl std::error::Error for AllowanceFault {}

impl std::str::FromStr for Allowance {
    type Err = AllowanceFault;

    /// Reads a network, a host name or an origin.
    ///
    /// # Errors
    /// When the text is none of the three, or an origin with a path, query or user name.
    fn from_str(text: &str) -> Result<Allowance, AllowanceFault> {
        let fault = || AllowanceFault(text.to_owned());
        if let Some(network) = Network::parse(text) {
            return Ok(Allowance::Network(network));
        }
        if text.contains("://") {
            let url = Url::parse(text).map_err(|_| fault())?;
            let bare = matches!(url.path(), "" | "/")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none();
            let origin = Origin::of(&url).filter(|_| bare && is_plain(text));
            return origin.map(Allowance::Origin).ok_or_else(fault);
        }
        match Host::parse(text) {
            Ok(Host::Domain(name)) if is_plain(text) && !name.ends_with('.') => {
                Ok(Allowance::Host(name))
            }
            _ => Err(fault()),
        }
    }
}

/// Whether nothing in the text would be dropped or decoded by the URL parser.
fn is_plain(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '%' | '@' | '*'))
}

impl Origin {
    /// The origin of a web address; `None` for other schemes and for addresses without a host.
    pub(super) fn of(url: &Url) -> Option<Origin> {
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let port = url.port_or_known_default()?;
        Some(Origin { https, host: url.host()?.to_owned(), port })
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(out, "{scheme}://{}:{}", self.host, self.port)
    }
}

/// How long the parts of a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// From the first packet to an open TCP connection.
    pub connect: Duration,
    /// From the resolution of the name to the last byte of the reply.
    pub total: Duration,
}

impl Default for Timeouts {
    /// 5 s to connect; 15 s in all, the least that receivers of webhooks are used to being given.
    fn default() -> Timeouts {
        Timeouts { connect: Duration::from_secs(5), total: Duration::from_secs(15) }
    }
}

/// What may leave the house. The default allows `https` to the public internet and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EgressPolicy {
    /// Places off the public internet that requests may reach, from the operator's configuration.
    pub allow_private: Vec<Allowance>,
    /// How long a request may take.
    pub timeouts: Timeouts,
    /// The most bytes of a reply's body that are read.
    pub max_response: usize,
}

impl Default for EgressPolicy {
    fn default() -> EgressPolicy {
        EgressPolicy {
            allow_private: Vec::new(),
            timeouts: Timeouts::default(),
            max_response: 1024 * 1024,
        }
    }
}

impl EgressPolicy {
    /// Reads the operator's list: allowances separated by commas or spaces.
    ///
    /// # Errors
    /// With the first entry that is not an allowance.
    pub fn parse_allowances(text: &str) -> Result<Vec<Allowance>, AllowanceFault> {
        text.split([',', ' ', '\t', '\n']).filter(|part| !part.is_empty()).map(str::parse).collect()
    }

    /// Whether this exact origin is named, which also opens plain `http` and unusual ports for it.
    pub(super) fn names_origin(&self, origin: &Origin) -> bool {
        self.allow_private
            .iter()
            .any(|allowance| matches!(allowance, Allowance::Origin(named) if named == origin))
    }

    /// Whether the operator has named this target's host, so that it need not be a public one.
    pub(super) fn names_host(&self, origin: &Origin) -> bool {
        self.names_origin(origin)
            || self.allow_private.iter().any(|allowance| match (allowance, &origin.host) {
                (Allowance::Host(named), Host::Domain(host)) => named == host,
                _ => false,
            })
    }

    /// Whether names of the house may be asked for: the operator has named the target's host, or a
    /// network that such a name may lead into.
    pub(super) fn asks_for_house_names(&self, origin: &Origin) -> bool {
        self.names_host(origin)
            || self.allow_private.iter().any(|named| matches!(named, Allowance::Network(_)))
    }

    /// Whether a request to the target may be connected to this address.
    pub(super) fn permits(&self, target: &Target, address: IpAddr) -> bool {
        let carried = address::embedded_v4(address).map(IpAddr::V4);
        if [Some(address), carried].into_iter().flatten().any(address::is_never_allowed) {
            return false;
        }
        if self.names_host(target.origin()) {
            return true;
        }
        // A network that the operator opens must not open what hides inside its addresses: with
        // NAT64 allowed, 64:ff9b::7f00:1 is still this machine.
        [Some(address), carried].into_iter().flatten().all(|address| {
            address::is_public(address)
                || self.allow_private.iter().any(|allowance| match allowance {
                    Allowance::Network(network) => network.contains(address),
                    Allowance::Host(_) | Allowance::Origin(_) => false,
                })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(allowances: &str) -> EgressPolicy {
        EgressPolicy {
            allow_private: EgressPolicy::parse_allowances(allowances).unwrap(),
            ..EgressPolicy::default()
        }
    }

    fn permits(allowances: &str, url: &str, address: &str) -> bool {
        let policy = policy(allowances);
        let target = Target::parse(url, &policy).unwrap();
        policy.permits(&target, address.parse().unwrap())
    }

    #[test]
    fn an_allowance_is_a_network_a_host_or_an_origin() {
        let read = |text: &str| text.parse::<Allowance>();
        assert!(matches!(read("10.0.0.0/8"), Ok(Allowance::Network(_))));
        assert!(matches!(read("::1"), Ok(Allowance::Network(_))));
        assert_eq!(read("ERP.Lan"), Ok(Allowance::Host("erp.lan".into())));
        let Ok(Allowance::Origin(origin)) = read("http://127.0.0.1:9000/") else { panic!() };
        assert_eq!(origin.to_string(), "http://127.0.0.1:9000");
        let Ok(Allowance::Origin(origin)) = read("https://[::1]") else { panic!() };
        assert_eq!(origin.to_string(), "https://[::1]:443");
    }

    #[test]
    fn anything_else_in_the_operators_list_is_refused_by_name() {
        for bad in [
            "*",
            "*.lan",
            "http://*:80",
            "ftp://erp.lan",
            "http://erp.lan/path",
            "http://a@erp.lan",
            "http://erp.lan?x",
            "10.0.0.1/8",
            "erp.lan.",
            "0x7f.1",
            "erp%2elan",
            "http://",
        ] {
            let fault = bad.parse::<Allowance>().unwrap_err();
            assert!(fault.to_string().contains(bad), "{bad}");
        }
        assert!(EgressPolicy::parse_allowances("10.0.0.0/8, nonsense/8").is_err());
        assert_eq!(EgressPolicy::parse_allowances(" , ").unwrap(), []);
    }

    #[test]
    fn by_default_only_public_addresses_are_permitted() {
        assert!(permits("", "https://a.example", "8.8.8.8"));
        for address in ["127.0.0.1", "10.0.0.1", "::1", "fd00::1", "::ffff:8.8.8.8"] {
            assert!(!permits("", "https://a.example", address), "{address}");
        }
    }

    #[test]
    fn a_named_network_opens_its_addresses_only() {
        assert!(permits("10.0.0.0/8", "https://a.example", "10.1.2.3"));
        assert!(!permits("10.0.0.0/8", "https://a.example", "192.168.0.1"));
        assert!(!permits("10.0.0.0/8", "https://a.example", "::ffff:10.1.2.3"));
    }

    #[test]
    fn a_name_of_the_house_may_lead_into_a_named_network_and_nowhere_else() {
        assert!(permits("10.0.0.0/8", "https://erp.lan", "10.1.2.3"));
        assert!(!permits("10.0.0.0/8", "https://localhost", "127.0.0.1"));
        assert!(!permits("10.0.0.0/8", "https://erp.lan", "192.168.0.1"));
    }

    #[test]
    fn a_named_network_does_not_open_what_its_addresses_carry() {
        let nat64 = "64:ff9b::/96";
        assert!(permits(nat64, "https://a.example", "64:ff9b::808:808"));
        assert!(!permits(nat64, "https://a.example", "64:ff9b::7f00:1"));
        assert!(!permits(nat64, "https://a.example", "64:ff9b::a9fe:a9fe"));
        assert!(!permits("::/0", "https://a.example", "::ffff:127.0.0.1"));
    }

    #[test]
    fn a_named_host_opens_no_other_host() {
        assert!(permits("erp.lan", "https://erp.lan", "10.0.0.5"));
        assert!(!permits("erp.lan", "https://a.example", "10.0.0.5"));
    }

    #[test]
    fn a_named_origin_opens_no_other_port_and_no_other_scheme() {
        let named = "http://erp.lan:8069";
        assert!(permits(named, "http://erp.lan:8069/hook", "10.0.0.5"));
        let policy = policy(named);
        for other in ["http://erp.lan:8070", "http://erp.lan", "https://erp.lan:8069"] {
            assert!(Target::parse(other, &policy).is_err(), "{other}");
        }
    }

    #[test]
    fn a_named_address_opens_no_other_port_of_it() {
        let policy = policy("http://127.0.0.1:9000");
        assert!(Target::parse("http://127.0.0.1:9000/x", &policy).is_ok());
        for other in ["https://127.0.0.1:9001", "https://127.0.0.1:9000", "https://127.0.0.1"] {
            assert!(Target::parse(other, &policy).is_err(), "{other}");
        }
    }

    #[test]
    fn nothing_opens_metadata_services_and_group_addresses() {
        let all = "0.0.0.0/0 ::/0 erp.lan";
        for address in ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fd00:ec2::254", "::"] {
            assert!(!permits(all, "https://erp.lan", address), "{address}");
            assert!(!permits(all, "https://a.example", address), "{address}");
        }
        assert!(!permits("erp.lan", "https://erp.lan", "::ffff:169.254.169.254"));
    }
}
