//! Which IP addresses belong to the public internet, and how addresses hide inside one another.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A block of addresses, as in `10.0.0.0/8` or `fd00::/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u32,
}

impl Network {
    const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u32) -> Network {
        Network { base: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), bits }
    }

    const fn v6(head: [u16; 3], bits: u32) -> Network {
        let base = Ipv6Addr::new(head[0], head[1], head[2], 0, 0, 0, 0, 0);
        Network { base: IpAddr::V6(base), bits }
    }

    /// Reads `address/bits`, or one address alone. `None` when it is neither, or when the address
    /// has bits beyond the prefix: `10.0.0.1/8` is more likely a slip than a wish for all of `10/8`.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                (address, Some(bits.parse::<u32>().ok()?))
            }
            Some(_) => return None,
            None => (text, None),
        };
        let base: IpAddr = address.parse().ok()?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let network = Network { base, bits: bits.unwrap_or(width) };
        (network.bits <= width && network.is_aligned()).then_some(network)
    }

    /// Whether the address lies in this block. An IPv4 block holds no IPv6 address, not even the
    /// mapped form of one of its own.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                prefix(u128::from(base.to_bits()), 32, self.bits)
                    == prefix(u128::from(address.to_bits()), 32, self.bits)
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                prefix(base.to_bits(), 128, self.bits) == prefix(address.to_bits(), 128, self.bits)
            }
            _ => false,
        }
    }

    fn is_aligned(&self) -> bool {
        match self.base {
            IpAddr::V4(base) => base.to_bits().checked_shl(self.bits).unwrap_or(0) == 0,
            IpAddr::V6(base) => base.to_bits().checked_shl(self.bits).unwrap_or(0) == 0,
        }
    }
}

/// The leading `bits` of an address that is `width` bits wide.
fn prefix(address: u128, width: u32, bits: u32) -> u128 {
    address.checked_shr(width - bits).unwrap_or(0)
}

/// IPv4 blocks that are not the public internet (the special-purpose registry of RFC 6890 and its
/// updates). The two anycast blocks for AS112 and AMT are global there and stay reachable.
const NOT_PUBLIC_V4: [Network; 15] = [
    Network::v4(0, 0, 0, 0, 8),       // this network
    Network::v4(10, 0, 0, 0, 8),      // private
    Network::v4(100, 64, 0, 0, 10),   // shared by carriers
    Network::v4(127, 0, 0, 0, 8),     // loopback
    Network::v4(169, 254, 0, 0, 16),  // link-local, cloud metadata
    Network::v4(172, 16, 0, 0, 12),   // private
    Network::v4(192, 0, 0, 0, 24),    // protocol assignments
    Network::v4(192, 0, 2, 0, 24),    // documentation
    Network::v4(192, 88, 99, 0, 24),  // 6to4 relays, given up
    Network::v4(192, 168, 0, 0, 16),  // private
    Network::v4(198, 18, 0, 0, 15),   // benchmarks
    Network::v4(198, 51, 100, 0, 24), // documentation
    Network::v4(203, 0, 113, 0, 24),  // documentation
    Network::v4(224, 0, 0, 0, 4),     // multicast
    Network::v4(240, 0, 0, 0, 4),     // reserved, broadcast
];

/// The only IPv6 block that is handed out for the public internet. Loopback, mapped and compatible
/// IPv4, NAT64, unique local, link-local, site-local and multicast all lie outside of it.
const GLOBAL_V6: Network = Network::v6([0x2000, 0, 0], 3);

/// Blocks inside [`GLOBAL_V6`] that are not the public internet.
const NOT_PUBLIC_V6: [Network; 4] = [
    Network::v6([0x2001, 0, 0], 23), // protocol assignments, Teredo, ORCHID, benchmarks
    Network::v6([0x2001, 0x0db8, 0], 32), // documentation
    Network::v6([0x2002, 0, 0], 16), // 6to4: an IPv4 address in disguise
    Network::v6([0x3fff, 0, 0], 20), // documentation
];

/// Where cloud machines answer with their own credentials, beyond the link-local block.
const METADATA_V4: [Ipv4Addr; 2] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(100, 100, 100, 200), // Alibaba Cloud, inside the carriers' shared block
];
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x254),
];

/// Whether an address is an ordinary one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    let inside = |networks: &[Network]| networks.iter().any(|network| network.contains(address));
    match address {
        IpAddr::V4(_) => !inside(&NOT_PUBLIC_V4),
        IpAddr::V6(_) => GLOBAL_V6.contains(address) && !inside(&NOT_PUBLIC_V6),
    }
}

/// Whether an address is never a place to send a request to, whatever the operator allows:
/// unspecified, multicast, broadcast, and the metadata services of clouds.
pub fn is_never_allowed(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.octets()[0] == 0
                || v4.is_multicast()
                || v4.is_broadcast()
                || METADATA_V4.contains(&v4)
        }
        IpAddr::V6(v6) => v6.is_unspecified() || v6.is_multicast() || METADATA_V6.contains(&v6),
    }
}

/// The IPv4 address that an IPv6 address carries and that a gateway or the system itself would send
/// the packets to: mapped, compatible, NAT64 (RFC 6052), 6to4 and Teredo.
pub fn embedded_v4(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    let low = |bits: u128| Ipv4Addr::from_bits((bits & 0xffff_ffff) as u32);
    let bits = v6.to_bits();
    match v6.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None, // unspecified and loopback, not 0.0.0.0 and 0.0.0.1
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] => Some(low(bits)),
        [0, 0, 0, 0, 0xffff, 0, ..] => Some(low(bits)), // translated, RFC 2765
        [0x0064, 0xff9b, 0, 0, 0, 0, ..] => Some(low(bits)),
        [0x2002, ..] => Some(low(bits >> 80)),
        [0x2001, 0, ..] => Some(low(!bits)), // Teredo stores the client inverted
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn each_special_block_ends_exactly_where_its_registry_entry_ends() {
        // (last public before, first inside, last inside, first public after); a dash: none there.
        let edges = [
            ("-", "0.0.0.0", "0.255.255.255", "1.0.0.0"),
            ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
            ("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"),
            ("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"),
            ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"),
            ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
            ("191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"),
            ("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"),
            ("192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"),
            ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"),
            ("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"),
            ("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"),
            ("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"),
            ("223.255.255.255", "224.0.0.0", "239.255.255.255", "-"),
            ("-", "240.0.0.0", "255.255.255.255", "-"),
            ("2000:ffff::", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"),
            ("2001:db7::1", "2001:db8::", "2001:db8:ffff::1", "2001:db9::"),
            ("2001:ffff::", "2002::", "2002:ffff:ffff::1", "2003::"),
            ("3ffe::1", "3fff::", "3fff:fff:ffff::1", "3fff:1000::"),
        ];
        for (before, first, last, after) in edges {
            for address in [first, last] {
                assert!(!is_public(ip(address)), "{address} is special");
            }
            for address in [before, after].into_iter().filter(|text| *text != "-") {
                assert!(is_public(ip(address)), "{address} is public");
            }
        }
    }

    #[test]
    fn only_global_unicast_is_public_in_ipv6() {
        for special in [
            "::",
            "::1",
            "::ffff:8.8.8.8",
            "::8.8.8.8",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "1fff:ffff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:0:4136:e378::1",
            "2001:20::1",
        ] {
            assert!(!is_public(ip(special)), "{special}");
        }
        for public in
            ["2606:4700::1111", "2400:3200::1", "2001:4860:4860::8888", "2000::", "3ffe::"]
        {
            assert!(is_public(ip(public)), "{public}");
        }
    }

    #[test]
    fn a_network_is_read_only_when_its_prefix_is_whole() {
        for good in
            ["10.0.0.0/8", "0.0.0.0/0", "127.0.0.1", "127.0.0.1/32", "fd00::/8", "::1", "::/0"]
        {
            assert!(Network::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "/8",
            "10.0.0.0/",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "fd00::1/64",
            "::/129",
            "10/8",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "erp.lan",
            "0x7f.1",
        ] {
            assert!(Network::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_network_holds_its_own_addresses_and_no_others() {
        let network = Network::parse("10.20.0.0/15").unwrap();
        for (address, inside) in [
            ("10.20.0.0", true),
            ("10.21.255.255", true),
            ("10.22.0.0", false),
            ("10.19.255.255", false),
            ("::ffff:10.20.0.1", false),
        ] {
            assert_eq!(network.contains(ip(address)), inside, "{address}");
        }
        assert!(Network::parse("::/0").unwrap().contains(ip("fe80::1")));
        assert!(!Network::parse("::/0").unwrap().contains(ip("10.0.0.1")));
        assert!(Network::parse("0.0.0.0/0").unwrap().contains(ip("10.0.0.1")));
    }

    #[test]
    fn metadata_and_group_addresses_are_never_allowed() {
        for never in [
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "169.254.169.254",
            "100.100.100.200",
            "::",
            "ff02::1",
            "fd00:ec2::254",
            "fd20:ce::254",
        ] {
            assert!(is_never_allowed(ip(never)), "{never}");
        }
        for named in ["10.0.0.1", "127.0.0.1", "169.254.1.1", "::1", "fd00::1", "1.1.1.1"] {
            assert!(!is_never_allowed(ip(named)), "{named}");
        }
    }

    #[test]
    fn the_well_known_disguises_show_the_address_they_carry() {
        for disguise in [
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
        ] {
            assert_eq!(embedded_v4(ip(disguise)), Some(Ipv4Addr::LOCALHOST), "{disguise}");
        }
        assert_eq!(embedded_v4(ip("2606:4700::1111")), None);
        assert_eq!(embedded_v4(ip("8.8.8.8")), None);
        assert_eq!(embedded_v4(ip("::")), None);
        assert_eq!(embedded_v4(ip("::1")), None);
    }

    proptest! {
        #[test]
        fn no_ipv4_address_becomes_public_by_a_disguise(bits in 2_u32.., server in 0_u32..) {
            let v4 = Ipv4Addr::from_bits(bits);
            let low = u128::from(bits);
            for disguise in [
                low,
                0xffff_u128 << 32 | low,
                0x0064_ff9b_u128 << 96 | low,
                0x2002_u128 << 112 | low << 80 | 1,
                0x2001_0000_u128 << 96 | u128::from(server) << 64 | u128::from(!bits),
            ] {
                let disguise = IpAddr::V6(Ipv6Addr::from_bits(disguise));
                prop_assert!(!is_public(disguise));
                prop_assert_eq!(embedded_v4(disguise), Some(v4));
            }
        }
    }
}
