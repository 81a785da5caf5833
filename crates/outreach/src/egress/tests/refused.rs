//! Targets that are refused, by what they say or by what their name leads to.

use super::super::*;
use super::bench::*;
use crate::receiver::Answer;

#[tokio::test]
async fn no_spelling_of_a_loopback_address_reaches_it_by_default() {
    let canaries: Vec<_> =
        ["127.0.0.1", "127.0.0.2", "::1"].into_iter().filter_map(Canary::at).collect();
    let egress = Egress::new(EgressPolicy::default());
    for canary in &canaries {
        for host in [
            "127.0.0.1",
            "127.0.0.2",
            "127.1",
            "0177.1",
            "0x7f000001",
            "2130706433",
            "127.0.0.1.",
            "１２７.０.０.１",
            "127。0。0。1",
            "%31%32%37.0.0.1",
            "0.0.0.0",
            "0",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "ip6-localhost",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
            "[::1%25lo]",
            "a@127.0.0.1",
        ] {
            for scheme in ["https", "http", "HTTP"] {
                let url = format!("{scheme}://{host}:{}/", canary.port());
                let result = egress.send(get(&url)).await;
                assert!(matches!(result, Err(EgressError::Refused(_))), "{url}");
            }
        }
    }
    assert!(canaries.iter().all(|canary| !canary.was_visited()));
}

#[tokio::test]
async fn schemes_and_tricks_of_other_parsers_reach_nothing() {
    let canary = Canary::loopback();
    let at = canary.address();
    let egress = Egress::new(EgressPolicy::default());
    for url in [
        format!("file://{at}/etc/passwd"),
        format!("gopher://{at}/_x"),
        format!("FTP://{at}/"),
        format!("jar:http://{at}!/x"),
        format!("unix:{at}"),
        "data:text/plain,x".to_owned(),
        format!(" https://{at}/"),
        format!("https:/{at}/"),
        format!("https:\\\\{at}\\"),
        format!("https://hooks.example.com\\@{at}/"),
        format!("https://hooks.example.com@{at}/"),
        format!("https://hooks.example.com:443@{at}/"),
        format!("ht\ttps://{at}/"),
        format!("https://{at}/\r\nHost: hooks.example.com"),
    ] {
        let result = egress.send(get(&url)).await;
        assert!(matches!(result, Err(EgressError::Refused(_))), "{url:?}");
    }
    assert!(!canary.was_visited());
}

#[tokio::test]
async fn a_name_that_leads_to_a_forbidden_address_is_refused() {
    let canary = Canary::loopback();
    for answers in [
        &["127.0.0.1"][..],
        &["10.0.0.1"],
        &["::1"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::7f00:1"],
        &["2002:7f00:1::"],
        &["169.254.169.254"],
        &["0.0.0.0"],
        &["8.8.8.8", "127.0.0.1"],
        &["127.0.0.1", "8.8.8.8"],
        &["2606:4700::1111", "127.0.0.1"],
        &["2606:4700::1111", "8.8.8.8", "fd00::1"],
    ] {
        let told = Told::each(&[answers]);
        let egress = Egress::with_resolver(EgressPolicy::default(), told.clone());
        let url = format!("https://hooks.example.com:{}/", canary.port());
        let result = egress.send(get(&url)).await;
        assert_eq!(result.err(), Some(Refusal::Address.into()), "{answers:?}");
        assert_eq!(told.asked.load(std::sync::atomic::Ordering::SeqCst), 1);
    }
    assert!(!canary.was_visited());
}

#[tokio::test]
async fn a_name_without_or_with_too_many_addresses_is_not_connected_to() {
    let none = Egress::with_resolver(EgressPolicy::default(), Told::each(&[&[]]));
    let result = none.send(get("https://hooks.example.com")).await;
    assert_eq!(result.err(), Some(EgressError::Unresolved));
    let unknown = Egress::with_resolver(EgressPolicy::default(), Told::each(&[]));
    let result = unknown.send(get("https://hooks.example.com")).await;
    assert_eq!(result.err(), Some(EgressError::Unresolved));
    let many = vec!["8.8.8.8"; resolve::ANSWERS_MAX + 1];
    let many = Egress::with_resolver(EgressPolicy::default(), Told::each(&[&many]));
    let result = many.send(get("https://hooks.example.com")).await;
    assert_eq!(result.err(), Some(Refusal::Address.into()));
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_held_to_its_first_answer() {
    let server = server_at("127.0.0.2").await;
    let port = server.address().port();
    let Ok(listener) = std::net::TcpListener::bind(("127.0.0.3", port)) else { return };
    listener.set_nonblocking(true).unwrap();
    // The first answer is allowed; any further question would be answered with the trap.
    let told = Told::each(&[&["127.0.0.2"], &["127.0.0.3"]]);
    let policy = policy(&format!("http://hooks.example.com:{port}"));
    let egress = Egress::with_resolver(policy, told.clone());
    let url = format!("http://hooks.example.com:{port}/");
    let reply = egress.send(get(&url)).await.ok().unwrap();
    assert_eq!(reply.inner.remote_addr(), Some(server.address()));
    assert_eq!(told.asked.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert_eq!(server.received().len(), 1);
    assert!(listener.accept().is_err());
}

#[tokio::test]
async fn a_name_is_judged_anew_at_each_request() {
    let server = server_at("127.0.0.2").await;
    let port = server.address().port();
    let told = Told::each(&[&["127.0.0.2"], &["0.0.0.0"]]);
    let policy = policy(&format!("http://hooks.example.com:{port}"));
    let egress = Egress::with_resolver(policy, told);
    let url = format!("http://hooks.example.com:{port}/");
    assert!(egress.send(get(&url)).await.is_ok());
    assert_eq!(egress.send(get(&url)).await.err(), Some(Refusal::Address.into()));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_named_origin_is_reached_and_its_neighbours_are_not() {
    let server = server_at("127.0.0.1").await;
    let neighbour = Canary::loopback();
    let egress = Egress::new(policy(&server.origin()));
    assert!(egress.send(get(&server.origin())).await.is_ok());
    for url in [
        format!("http://127.0.0.1:{}/", neighbour.port()),
        format!("https://127.0.0.1:{}/", neighbour.port()),
        format!("https://{}/", server.address()),
        format!("http://127.0.0.2:{}/", server.address().port()),
        format!("http://127.1:{}/", server.address().port()),
        format!("http://localhost:{}/", server.address().port()),
        format!("http://[::ffff:127.0.0.1]:{}/", server.address().port()),
    ] {
        let result = egress.send(get(&url)).await;
        assert!(matches!(result, Err(EgressError::Refused(_))), "{url}");
    }
    assert_eq!(server.received().len(), 1);
    assert!(!neighbour.was_visited());
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let server = server_at("127.0.0.1").await;
    let canary = Canary::loopback();
    let egress = Egress::new(policy(&server.origin()));
    for status in [300, 301, 302, 303, 305, 307, 308] {
        for location in [
            format!("http://{}/", canary.address()),
            format!("https://{}/", canary.address()),
            format!("//{}/", canary.address()),
            format!("{}/again", server.origin()),
            "/again".to_owned(),
            "file:///etc/passwd".to_owned(),
        ] {
            let before = server.received().len();
            server.answer_next(Answer::Status(status, format!("location: {location}\r\n")));
            let url = server.origin();
            let request = Request { headers: &[("authorization", "Bearer canary")], ..get(&url) };
            let reply = egress.send(request).await.ok().unwrap();
            assert_eq!(reply.status(), status);
            assert_eq!(reply.header("location"), Some(location.as_str()));
            assert_eq!(server.received().len(), before + 1);
        }
    }
    assert!(!canary.was_visited());
}

/// Run in a process of its own by the test below; alone it does nothing that is not said elsewhere.
#[tokio::test]
async fn a_request_goes_straight_to_its_target() {
    let server = server_at("127.0.0.1").await;
    let egress = Egress::new(policy(&server.origin()));
    assert!(egress.send(get(&server.origin())).await.is_ok());
    assert_eq!(server.received().len(), 1);
}

#[test]
fn proxies_of_the_environment_are_not_asked() {
    let canary = Canary::loopback();
    let proxy = format!("http://{}", canary.address());
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "egress::tests::refused::a_request_goes_straight_to_its_target"]);
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
    {
        child.env(name, &proxy);
    }
    let output = child.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert!(!canary.was_visited());
}

#[test]
fn no_other_room_brings_an_http_client() {
    let clients = [
        "reqwest",
        "ureq",
        "isahc",
        "surf",
        "curl",
        "attohttpc",
        "minreq",
        "awc",
        "hyper-rustls",
        "hyper-tls",
        "native-tls",
        "openssl",
        "hickory-resolver",
    ];
    let rooms = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut seen = 0;
    for room in std::fs::read_dir(rooms).unwrap() {
        let room = room.unwrap().path();
        let Ok(manifest) = std::fs::read_to_string(room.join("Cargo.toml")) else { continue };
        seen += 1;
        if room.ends_with("outreach") {
            continue;
        }
        for line in manifest.lines() {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            assert!(!clients.contains(&name), "{} depends on {name}", room.display());
        }
    }
    assert!(seen > 1);
}
