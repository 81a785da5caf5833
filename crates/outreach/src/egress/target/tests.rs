//! Every known way to write a forbidden target so that it does not look like one.

use super::*;

fn refusal(text: &str) -> Option<Refusal> {
    Target::parse(text, &EgressPolicy::default()).err()
}

#[test]
fn ordinary_public_addresses_are_targets() {
    for good in [
        "https://hooks.example.com/crm?key=1",
        "HTTPS://Hooks.Example.COM",
        "https://hooks.example.com:8443/a%20b/%2e%2e#part",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]:8443/",
        "https://[2606:4700:0:0::1111]/",
        "https://例子.公司.cn/回调",
        "https://xn--fsqu00a.xn--55qx5d.cn/",
        "https://a.example/?next=http://127.0.0.1/",
        "https://a.example/@b:c",
    ] {
        assert_eq!(refusal(good), None, "{good}");
    }
}

#[test]
fn a_target_is_one_url_that_keeps_path_and_query_to_itself() {
    let text = "https://hooks.example.com/secret-path?token=abc";
    let target = Target::parse(text, &EgressPolicy::default()).unwrap();
    assert_eq!(target.url().as_str(), text);
    assert_eq!(format!("{target:?}"), "Target(https://hooks.example.com:443)");
}

#[test]
fn only_web_schemes_are_asked_for() {
    for other in [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "file:/etc/passwd",
        "gopher://a.example/_x",
        "ftp://a.example/",
        "data:text/html,x",
        "jar:http://a.example!/x",
        "unix:/run/x.sock",
        "javascript:alert(1)",
        "ws://a.example/",
        "ldap://a.example/",
        "dict://a.example:11211/",
        "blob:https://a.example/x",
        "about:blank",
        "view-source:https://a.example",
        "httpss://a.example",
    ] {
        assert_eq!(refusal(other), Some(Refusal::Scheme), "{other}");
    }
}

#[test]
fn text_that_parsers_read_differently_is_no_url() {
    for odd in [
        "",
        " ",
        "a.example",
        "//a.example",
        "https:",
        "https:/a.example",
        "https:a.example",
        "https://",
        "https:///a.example",
        "https:////a.example",
        "https://?x",
        "https://:443",
        " https://a.example",
        "https://a.example ",
        "\thttps://a.example",
        "ht\ntps://a.example",
        "https://a.exa\tmple",
        "https://a.example/\r\nHost: b",
        "https://a.example/ b",
        "https:\\\\a.example",
        "https://a.example\\@127.0.0.1",
        "https://a.example/\u{0}",
        "https://a.example/\u{85}",
        "https://a.example/\u{3000}",
        "https://[::1",
        "https://[::1]]/",
        "https://[fe80::1%25eth0]/",
        "https://[::1]x/",
        "https://a.example:x/",
        "https://a.example:65536/",
        "https://a b/",
        "https://a<b/",
        "https://1.2.3.256/",
        "https://0x100000000/",
    ] {
        assert_eq!(refusal(odd), Some(Refusal::Syntax), "{odd:?}");
    }
    let long = format!("https://a.example/{}", "x".repeat(URL_BYTES_MAX));
    assert_eq!(refusal(&long), Some(Refusal::Syntax));
    let longest = format!("https://a.example/{}", "x".repeat(URL_BYTES_MAX - 18));
    assert_eq!(refusal(&longest), None);
}

#[test]
fn a_user_name_before_the_host_is_refused() {
    for text in [
        "https://a@b.example",
        "https://a:b@b.example",
        "https://@b.example",
        "https://:@b.example",
        "https://a.example@127.0.0.1/",
        "https://a%40b@c.example/",
        "https://a.example:443@[::1]/",
    ] {
        assert_eq!(refusal(text), Some(Refusal::UserInfo), "{text}");
    }
}

#[test]
fn plain_http_is_refused_until_the_origin_is_named() {
    assert_eq!(refusal("http://hooks.example.com/"), Some(Refusal::PlainHttp));
    assert_eq!(refusal("HTTP://8.8.8.8/"), Some(Refusal::PlainHttp));
    let policy = EgressPolicy {
        allow_private: EgressPolicy::parse_allowances("http://hooks.example.com").unwrap(),
        ..EgressPolicy::default()
    };
    assert!(Target::parse("http://hooks.example.com/x", &policy).is_ok());
    assert!(Target::parse("http://hooks.example.com:80/x", &policy).is_ok());
    assert!(Target::parse("http://hooks.example.com:8080/", &policy).is_err());
    assert!(Target::parse("http://other.example.com/", &policy).is_err());
}

#[test]
fn names_of_the_house_are_refused_unasked() {
    for name in [
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "printer.local",
        "erp",
        "metadata",
        "metadata.google.internal",
        "db.lan",
        "nas.home.arpa",
        "1.0.0.127.in-addr.arpa",
        "wiki.corp",
        "x.test",
        "x.onion",
        "localhost.localdomain",
        "ｌｏｃａｌｈｏｓｔ",
    ] {
        assert_eq!(refusal(&format!("https://{name}/")), Some(Refusal::HostName), "{name}");
    }
}

#[test]
fn ports_of_other_services_are_refused() {
    for port in [0, 1, 22, 25, 53, 80, 110, 442, 444, 1023, 2049, 6000, 6379, 6667, 11211, 27017] {
        let text = format!("https://a.example:{port}/");
        assert_eq!(refusal(&text), Some(Refusal::Port), "{port}");
    }
    for port in [443, 1024, 3000, 5000, 8443, 9443, 65535] {
        assert_eq!(refusal(&format!("https://a.example:{port}/")), None, "{port}");
    }
}

#[test]
fn special_addresses_are_refused_in_their_usual_spelling() {
    for host in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[fd00:ec2::254]",
        "[::ffff:0:127.0.0.1]",
        "[::ffff:8.8.8.8]",
        "[FE80::1]",
    ] {
        assert_eq!(refusal(&format!("https://{host}/")), Some(Refusal::Address), "{host}");
    }
}

#[test]
fn unusual_spellings_of_hosts_are_refused_even_of_public_ones() {
    for host in [
        "0177.1",
        "0x7f000001",
        "2130706433",
        "127.1",
        "127.0.1",
        "0",
        "127.0.0.01",
        "127.0.0.1.",
        "0x7f.0.0.1",
        "017700000001",
        "0X7F.1",
        "１２７.０.０.１",
        "127。0。0。1",
        "127．0．0．1",
        "127｡0｡0｡1",
        "①②⑦.0.0.1",
        "%31%32%37.0.0.1",
        "127.0.0.%31",
        "127%2e0.0.1",
        "0x08080808",
        "8.8.2056",
        "8.8.8.8.",
        "a.example.",
        "%61.example",
        "a%2eexample",
        "127.0.0\u{ad}.1",
        "127.0.0.1\u{200b}",
    ] {
        assert_eq!(refusal(&format!("https://{host}/")), Some(Refusal::HostSpelling), "{host}");
    }
}

/// Every way in which one part of an address may be written that some parser reads as a number.
fn spellings_of_number(number: u32) -> Vec<String> {
    let decimal = number.to_string();
    let wide = decimal
        .chars()
        .map(|digit| char::from_u32(digit as u32 - '0' as u32 + 0xff10).unwrap())
        .collect();
    let escaped = decimal.bytes().map(|byte| format!("%{byte:02x}")).collect();
    vec![
        decimal,
        format!("0{number:o}"),
        format!("000{number:o}"),
        format!("0x{number:x}"),
        format!("0X{number:08X}"),
        wide,
        escaped,
    ]
}

/// The address cut into one to four parts, the last of which swallows the rest of the bits.
fn parts(address: u32) -> [Vec<u32>; 4] {
    let byte = |index: u32| address >> (24 - 8 * index) & 0xff;
    [
        vec![address],
        vec![byte(0), address & 0x00ff_ffff],
        vec![byte(0), byte(1), address & 0xffff],
        vec![byte(0), byte(1), byte(2), byte(3)],
    ]
}

#[test]
fn thousands_of_spellings_of_forbidden_addresses_are_all_refused() {
    let mut tried = 0;
    for address in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1"] {
        let bits = address.parse::<std::net::Ipv4Addr>().unwrap().to_bits();
        for parts in parts(bits) {
            let mut hosts = vec![String::new()];
            for (index, part) in parts.iter().enumerate() {
                let dots: &[&str] = if index == 0 { &[""] } else { &[".", "。"] };
                hosts = hosts
                    .iter()
                    .flat_map(|head| dots.iter().map(move |dot| format!("{head}{dot}")))
                    .flat_map(|head| {
                        spellings_of_number(*part)
                            .into_iter()
                            .map(move |part| format!("{head}{part}"))
                    })
                    .collect();
            }
            for host in hosts {
                for text in [format!("https://{host}/"), format!("https://{host}.:8443")] {
                    let refused = refusal(&text);
                    assert!(
                        matches!(refused, Some(Refusal::HostSpelling | Refusal::Address)),
                        "{text}: {refused:?}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 100_000, "{tried}");
}
